#include "app/config.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/app/environment.hpp"

using vitrine::app::Config;
using vitrine::app::ConfigError;
using vitrine::app::read_config;
using vitrine::test::Environment;
using vitrine::test::TemporaryFolder;

namespace {

// What is wrong with an environment; empty when nothing is.
std::string fault_of(const Environment& environment) {
  try {
    read_config(environment.get());
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

std::string fault_of(const std::string& name, const std::string& value) {
  return fault_of(Environment().with(name, value));
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("settings that are not given have their defaults") {
  const Config config = read_config(Environment().get());
  CHECK(to_text(config.listen) == "127.0.0.1:8080");
  CHECK(to_text(config.admin_listen) == "127.0.0.1:9090");
  CHECK(config.database_pool_size == 8);
  CHECK(config.media_url_lifetime == std::chrono::seconds(300));
  CHECK(config.session_lifetime == std::chrono::seconds(600));
  CHECK(config.cors_origins.empty());
  CHECK(config.trusted_proxies.empty());
  CHECK(config.key_rate_per_minute == 6000);
  CHECK_FALSE(config.allow_insecure_links);
  CHECK(config.log_level == "info");
}

TEST_CASE("the defaults in the table are those of the configuration") {
  const Config config;
  for (const auto& setting : vitrine::app::settings()) {
    CAPTURE(setting.name);
    CHECK(setting.show(config) == setting.default_text);
  }
}

TEST_CASE("every setting that is given takes effect") {
  const Config config =
      read_config(Environment()
                      .with("VITRINE_LISTEN", "[::1]:8443")
                      .with("VITRINE_ADMIN_LISTEN", "0.0.0.0:0")
                      .with("VITRINE_DATABASE_READ_URL", "host=a,b dbname=c")
                      .with("VITRINE_DATABASE_POOL_SIZE", "17")
                      .with("VITRINE_PUBLIC_URL", "https://a.example/share/")
                      .with("VITRINE_ALLOW_INSECURE_LINKS", "true")
                      .with("VITRINE_MEDIA_URL_TTL_SECONDS", "60")
                      .with("VITRINE_SESSION_TTL_SECONDS", "30")
                      .with("VITRINE_CORS_ORIGINS", "https://a.example, http://localhost:3000")
                      .with("VITRINE_TRUSTED_PROXIES", "127.0.0.1, 2001:db8::/32")
                      .with("VITRINE_KEY_RATE_PER_MINUTE", "0")
                      .with("VITRINE_THREADS", "3")
                      .with("VITRINE_DRAIN_DELAY_MS", "5000")
                      .with("VITRINE_DRAIN_TIMEOUT_MS", "1")
                      .with("VITRINE_LOG_LEVEL", "debug")
                      .with("VITRINE_ALLOW_PRIVATE_WEBHOOKS", "true")
                      .with("VITRINE_WEBHOOK_TIMEOUT_SECONDS", "30")
                      .with("VITRINE_WEBHOOK_RETRY_SCHEDULE", "0,7,604800")
                      .get());
  CHECK(config.listen.host == "::1");
  CHECK(config.listen.port == 8443);
  CHECK(to_text(config.listen) == "[::1]:8443");
  CHECK(to_text(config.admin_listen) == "0.0.0.0:0");
  CHECK(config.database_read_url == "host=a,b dbname=c");
  CHECK(config.database_pool_size == 17);
  CHECK(config.public_url == "https://a.example/share");
  CHECK(config.allow_insecure_links);
  CHECK(config.media_url_lifetime == std::chrono::seconds(60));
  CHECK(config.session_lifetime == std::chrono::seconds(30));
  CHECK(config.cors_origins ==
        std::vector<std::string>{"https://a.example", "http://localhost:3000"});
  REQUIRE(config.trusted_proxies.size() == 2);
  CHECK(config.trusted_proxies[0].text() == "127.0.0.1/32");
  CHECK(config.trusted_proxies[1].text() == "2001:db8::/32");
  CHECK(config.key_rate_per_minute == 0);
  CHECK(config.threads == 3);
  CHECK(config.drain_delay == std::chrono::seconds(5));
  CHECK(config.drain_timeout == std::chrono::milliseconds(1));
  CHECK(config.log_level == "debug");
  CHECK(config.webhooks.destinations == vitrine::jobs::Destinations::any);
  CHECK(config.webhooks.timeout == std::chrono::seconds(30));
  CHECK(config.webhooks.schedule.delays().size() == 3);
  CHECK(config.webhooks.schedule.delays()[2] == std::chrono::hours(7 * 24));
}

TEST_CASE("webhooks go into the internet by the standard's schedule unless told otherwise") {
  const Config config = read_config(Environment().get());
  CHECK(config.webhooks.destinations == vitrine::jobs::Destinations::public_https);
  CHECK(config.webhooks.schedule.delays() == vitrine::core::RetrySchedule::standard());
  CHECK(config.webhooks.timeout == std::chrono::seconds(15));
}

TEST_CASE("a setting of webhooks that makes no sense is named with what it must be") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"VITRINE_ALLOW_PRIVATE_WEBHOOKS", "1"},
      {"VITRINE_WEBHOOK_TIMEOUT_SECONDS", "0"},
      {"VITRINE_WEBHOOK_TIMEOUT_SECONDS", "31"},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0,"},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0,-5"},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0, 5"},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0,604801"},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0;5"},
      {"VITRINE_WEBHOOK_CA_FILE", "/nonexistent/ca.pem"},
  }));
  CAPTURE(name, value);
  CHECK(fault_of(name, value).starts_with(name + " must be "));
}

TEST_CASE("a value that makes no sense is named with what it must be") {
  const auto [name, value] = GENERATE(table<std::string, std::string>({
      {"VITRINE_LISTEN", "8080"},
      {"VITRINE_LISTEN", ":8080"},
      {"VITRINE_LISTEN", "127.0.0.1:"},
      {"VITRINE_LISTEN", "127.0.0.1:65536"},
      {"VITRINE_LISTEN", "127.0.0.1:-1"},
      {"VITRINE_LISTEN", "127.0.0.1:80x"},
      {"VITRINE_LISTEN", "::1:8080"},
      {"VITRINE_LISTEN", "[::1:8080"},
      {"VITRINE_LISTEN", "[localhost]:8080"},
      {"VITRINE_LISTEN", "http://localhost:8080"},
      {"VITRINE_ADMIN_LISTEN", "nowhere"},
      {"VITRINE_DATABASE_URL", "db.example.com"},
      {"VITRINE_DATABASE_READ_URL", "db.example.com"},
      {"VITRINE_DATABASE_READ_URL", "dbname=no_host"},
      {"VITRINE_DATABASE_READ_URL", "host=a,b,c port=1,2"},
      {"VITRINE_DATABASE_POOL_SIZE", "0"},
      {"VITRINE_DATABASE_POOL_SIZE", "201"},
      {"VITRINE_DATABASE_POOL_SIZE", "8 "},
      {"VITRINE_DATABASE_POOL_SIZE", "99999999999999999999"},
      {"VITRINE_LINK_URL_TEMPLATE", "https://app.example.com/shared"},
      {"VITRINE_LINK_URL_TEMPLATE", "https://app.example.com/{token}#{token}"},
      {"VITRINE_LINK_URL_TEMPLATE", "app.example.com/{token}"},
      {"VITRINE_LINK_URL_TEMPLATE", "https:///{token}"},
      {"VITRINE_LINK_URL_TEMPLATE", "https://app.example.com/a b#{token}"},
      {"VITRINE_PUBLIC_URL", "share.example.com"},
      {"VITRINE_PUBLIC_URL", "https://share.example.com/?a=b"},
      {"VITRINE_PUBLIC_URL", "https://user@share.example.com"},
      {"VITRINE_PUBLIC_URL", "https://"},
      {"VITRINE_ALLOW_INSECURE_LINKS", "yes"},
      {"VITRINE_MEDIA_STORE", "local:media"},
      {"VITRINE_MEDIA_STORE", "/srv/media"},
      {"VITRINE_MEDIA_URL_TTL_SECONDS", "0"},
      {"VITRINE_MEDIA_URL_TTL_SECONDS", "86401"},
      {"VITRINE_SESSION_TTL_SECONDS", "29"},
      {"VITRINE_SESSION_TTL_SECONDS", "3601"},
      {"VITRINE_CORS_ORIGINS", "*"},
      {"VITRINE_CORS_ORIGINS", "https://*.example.com"},
      {"VITRINE_CORS_ORIGINS", "https://App.example.com"},
      {"VITRINE_CORS_ORIGINS", "https://app.example.com/"},
      {"VITRINE_CORS_ORIGINS", "https://a.example,,https://b.example"},
      {"VITRINE_TRUSTED_PROXIES", "localhost"},
      {"VITRINE_TRUSTED_PROXIES", "127.0.0.1,,::1"},
      {"VITRINE_TRUSTED_PROXIES", "10.0.0.0/33"},
      {"VITRINE_TRUSTED_PROXIES", "*"},
      {"VITRINE_KEY_RATE_PER_MINUTE", "-1"},
      {"VITRINE_KEY_RATE_PER_MINUTE", "1000001"},
      {"VITRINE_THREADS", "65"},
      {"VITRINE_DRAIN_DELAY_MS", "60001"},
      {"VITRINE_DRAIN_TIMEOUT_MS", "-5"},
      {"VITRINE_LOG_LEVEL", "INFO"},
  }));
  CAPTURE(name, value);
  CHECK(fault_of(name, value).starts_with(name + " must be "));
}

TEST_CASE("all faults are listed at once, one line each") {
  const std::string fault = fault_of(Environment()
                                         .without("VITRINE_DATABASE_URL")
                                         .without("VITRINE_MEDIA_STORE")
                                         .with("VITRINE_LISTEN", "nonsense")
                                         .with("VITRINE_THREADS", "many"));
  CHECK(contains(fault, "VITRINE_DATABASE_URL is not set (or VITRINE_DATABASE_URL_FILE)"));
  CHECK(contains(fault, "\nVITRINE_MEDIA_STORE is not set"));
  CHECK(contains(fault, "VITRINE_LISTEN must be"));
  CHECK(contains(fault, "VITRINE_THREADS must be a whole number from 1 to 64"));
  CHECK(std::count(fault.begin(), fault.end(), '\n') == 3);
}

TEST_CASE("an unknown setting is refused with the nearest known one") {
  CHECK(fault_of("VITRINE_DATABSE_URL", "x") ==
        "VITRINE_DATABSE_URL is no setting of vitrine; the nearest one is VITRINE_DATABASE_URL");
  CHECK(contains(fault_of("VITRINE_DRAIN_TIMEOUT", "9"), "VITRINE_DRAIN_TIMEOUT_MS"));
  CHECK(contains(fault_of("VITRINE_LISTEN_FILE", "/x"), "is no setting"));
}

TEST_CASE("a fault never shows the value of a secret") {
  CHECK_FALSE(contains(fault_of("VITRINE_DATABASE_URL", "hunter2"), "hunter2"));
  CHECK_FALSE(contains(fault_of("VITRINE_DATABASE_READ_URL", "password=hunter2"), "hunter2"));
}

TEST_CASE("a setting that is empty counts as not given") {
  CHECK(read_config(Environment().with("VITRINE_THREADS", "").get()).threads == 2);
  CHECK(contains(fault_of("VITRINE_PUBLIC_URL", ""), "VITRINE_PUBLIC_URL is not set"));
}

TEST_CASE("a secret may come from a file that only its owner reads") {
  const TemporaryFolder folder;
  Environment environment;
  environment.without("VITRINE_DATABASE_URL")
      .with("VITRINE_DATABASE_URL_FILE", folder.write("url", "host=/run dbname=v\n", 0600));
  CHECK(read_config(environment.get()).database_url == "host=/run dbname=v");

  SECTION("but not from the variable and the file at once") {
    environment.with("VITRINE_DATABASE_URL", "host=/run");
    CHECK(contains(fault_of(environment), "are both given"));
  }
  SECTION("and not from a file that everybody reads") {
    folder.write("url", "host=/run dbname=v", 0644);
    CHECK(contains(fault_of(environment), "chmod o-rwx"));
  }
  SECTION("and not from an empty or a missing one") {
    folder.write("url", "\n", 0600);
    CHECK(contains(fault_of(environment), "empty file"));
    environment.with("VITRINE_DATABASE_URL_FILE", folder.file("nothing"));
    CHECK(contains(fault_of(environment), "No such file"));
  }
}

TEST_CASE("a command reads only the settings it names") {
  Environment environment;
  environment.without("VITRINE_MEDIA_STORE").with("VITRINE_LISTEN", "nonsense");
  const Config config = read_config(environment.get(), {"VITRINE_DATABASE_URL"});
  CHECK(config.database_url.starts_with("postgresql://"));
  CHECK(to_text(config.listen) == "127.0.0.1:8080");
}

TEST_CASE("the description shows every setting and no secret") {
  const std::string text = describe(read_config(Environment().get()));
  for (const auto& setting : vitrine::app::settings()) {
    CAPTURE(setting.name);
    CHECK(contains(text, std::string(setting.name) + "="));
  }
  CHECK(contains(text, "VITRINE_PUBLIC_URL=https://share.example.com\n"));
  CHECK(contains(text, "VITRINE_DATABASE_URL=(secret, not shown)\n"));
  CHECK_FALSE(contains(text, "hunter2"));
}
