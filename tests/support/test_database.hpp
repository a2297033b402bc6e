#pragma once

#include <string>

#include "service/store/pool.hpp"

namespace vitrine::test {

// A database of its own for one test case, on the shared cluster; dropped at the end.
class TestDatabase {
 public:
  enum class Schema { migrated, none };
  explicit TestDatabase(Schema schema = Schema::migrated);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  std::string url() const;
  store::PoolOptions options(int size = 4) const;

  // First field of the first row, or "".
  std::string run(const std::string& sql) const;
  int count(const std::string& sql) const { return std::stoi(run(sql)); }

 private:
  std::string name_;
};

}  // namespace vitrine::test
