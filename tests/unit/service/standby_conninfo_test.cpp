#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "service/store/conninfo.hpp"

using vitrine::store::standbys_of;
using vitrine::store::streaming_name;
using Names = std::vector<std::string>;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a URL of several hosts is a connection for each", "[standbys]") {
  const auto [url, names] = GENERATE(table<std::string, Names>({
      {"postgresql://u:geheim@h1:5432,h2:5433/db", {"h1:5432", "h2:5433"}},
      {"postgresql://u@h1,h2/db", {"h1:5432", "h2:5432"}},
      {"host=a,b port=1,2 dbname=db", {"a:1", "b:2"}},
      {"host=a,b port=7", {"a:7", "b:7"}},
      {"host=a,b port=7,", {"a:7", "b:5432"}},
      {"host=only", {"only:5432"}},
      {"postgresql://[::1]:5433/db", {"[::1]:5433"}},
      {"host=/run/a,/run/b", {"/run/a:5432", "/run/b:5432"}},
      {"hostaddr=10.0.0.1,10.0.0.2", {"10.0.0.1:5432", "10.0.0.2:5432"}},
      {"host=a,b hostaddr=10.0.0.1,10.0.0.2", {"10.0.0.1:5432", "10.0.0.2:5432"}},
  }));
  CAPTURE(url);
  Names found;
  for (const auto& standby : standbys_of(url)) {
    found.push_back(standby.name);
    CHECK(standbys_of(standby.database_url).size() == 1);
    CHECK(standbys_of(standby.database_url)[0].name == standby.name);
  }
  CHECK(found == names);
}

TEST_CASE("what else the URL says holds for each host, and only a standby is read", "[standbys]") {
  const auto standbys =
      standbys_of("postgresql://u:geheim@h1,h2/db?sslmode=require&target_session_attrs=any");
  for (const auto& standby : standbys) {
    CHECK(contains(standby.database_url, "password='geheim'"));
    CHECK(contains(standby.database_url, "sslmode='require'"));
    CHECK(contains(standby.database_url, "target_session_attrs='standby'"));
    CHECK_FALSE(contains(standby.name, "geheim"));
  }
}

TEST_CASE("a URL that leaves a host open is refused without being repeated", "[standbys]") {
  const std::string url =
      GENERATE("dbname=db password=geheim", "host=a, password=geheim", "host=,a password=geheim",
               "host=a,b,c port=1,2 password=geheim", "host=a hostaddr=1.1.1.1,2.2.2.2",
               "colour=blue password=geheim", "postgresql://u:geheim@/db");
  CAPTURE(url);
  try {
    standbys_of(url);
    FAIL("accepted");
  } catch (const std::invalid_argument& error) {
    CHECK_FALSE(contains(error.what(), "geheim"));
  }
}

TEST_CASE("a WAL receiver streams by its application_name, or else by its cluster's name",
          "[standbys]") {
  CHECK(streaming_name("user=r application_name=left fallback_application_name=x port=1") ==
        "left");
  CHECK(streaming_name("user=r fallback_application_name=walreceiver") == "walreceiver");
  CHECK(streaming_name("user=r").empty());
  CHECK_THROWS_AS(streaming_name("application_name=two words"), std::invalid_argument);
}
