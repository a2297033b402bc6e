#include "service/core/open_class.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/core/client_name.hpp"
#include "service/core/time_zone.hpp"

using namespace vitrine::core;

namespace {

constexpr auto kFirefox =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";
constexpr auto kSafariOnPhone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

ClassifiedOpen of(const std::string& user_agent) { return classify_open(user_agent, true); }

}  // namespace

TEST_CASE("who did something is a person", "[opens]") {
  const ClassifiedOpen person{OpenClass::person, "gesture"};
  for (const char* const user_agent :
       {kFirefox, kSafariOnPhone, "",
        // Products that pass their viewers' opens on.
        "python-requests/2.32.3", "curl/8.8.0", "okhttp/4.12.0", "node", "Go-http-client/2.0",
        // Programs that people look at links with, and a phone by the name of Cubot.
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, "
        "like Gecko) Slack/4.39.88 Chrome/126.0 Electron/31.1.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/470.0]",
        "Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, "
        "like Gecko) Chrome/126.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Teams/24165.1410 Edg/126.0",
        "\xff\xfe not even UTF-8"}) {
    INFO(user_agent);
    CHECK(of(user_agent) == person);
  }
}

TEST_CASE("what opens a link without a gesture is a scanner", "[opens]") {
  const ClassifiedOpen scanner{OpenClass::scanner, "no_gesture"};
  CHECK(classify_open(kFirefox, false) == scanner);
  CHECK(classify_open("", false) == scanner);
}

TEST_CASE("what makes previews is known by its name, with or without a gesture", "[opens]") {
  const std::pair<const char*, const char*> previews[] = {
      {"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "slack"},
      {"Twitterbot/1.0", "twitter"},
      {"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebook"},
      {"WhatsApp/2.23.20.0", "whatsapp"},
      {"TelegramBot (like TwitterBot)", "telegram"},
      {"Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "discord"},
      {"LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
       "linkedin"},
      {"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "microsoft_teams"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
       "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
       "imessage"},
      {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "google"},
      {"Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bing"},
      {"Mozilla/5.0 (Macintosh) AppleWebKit/600.2.5 Safari/600.2.5 (Applebot/0.1)", "apple"},
      {"http.rb/5.2.0 (Mastodon/4.2.9; +https://social.example/)", "mastodon"},
      {"SomeBot/1.0", "crawler"},
      {"A crawler of ours", "crawler"},
  };
  for (const auto& [user_agent, reason] : previews) {
    INFO(user_agent);
    CHECK(classify_open(user_agent, true) == ClassifiedOpen{OpenClass::preview, reason});
    CHECK(classify_open(user_agent, false) == ClassifiedOpen{OpenClass::preview, reason});
  }
}

TEST_CASE("scanners of mails and browsers without a head are known by their names", "[opens]") {
  const std::pair<const char*, const char*> scanners[] = {
      {"BarracudaCentral", "barracuda"},
      {"Mozilla/5.0 (compatible; Proofpoint URL Defense)", "proofpoint"},
      {"Mimecast-URL-Protect", "mimecast"},
      {"Mozilla/5.0 (Windows NT 10.0) SafeLinks BingPreview/1.0b", "safelinks"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36",
       "headless"},
      {"Mozilla/5.0 (Unknown; Linux x86_64) PhantomJS/2.1.1 Safari/538.1", "headless"},
      {"BARRACUDA in capital letters", "barracuda"},
  };
  for (const auto& [user_agent, reason] : scanners) {
    INFO(user_agent);
    CHECK(of(user_agent) == ClassifiedOpen{OpenClass::scanner, reason});
  }
}

TEST_CASE("classes have the names that the database has", "[opens]") {
  for (const OpenClass each : {OpenClass::person, OpenClass::scanner, OpenClass::preview}) {
    CHECK(open_class(to_text(each)) == each);
  }
  CHECK_FALSE(open_class("robot"));
}

TEST_CASE("a client is told by browser and system, without versions", "[opens]") {
  const std::pair<std::string, const char*> clients[] = {
      {kFirefox, "Firefox on Windows"},
      {kSafariOnPhone, "Safari on iOS"},
      {"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/126.0.0.0 Mobile Safari/537.36",
       "Chrome on Android"},
      {"Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) "
       "SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
       "Samsung Internet on Android"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
       "Edge on Windows"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "Version/17.5 Safari/605.1.15",
       "Safari on macOS"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
       "Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
       "Chrome on iOS"},
      {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
       "Chrome on ChromeOS"},
      {"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
       "Firefox on Linux"},
      {"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 OPR/111.0",
       "Opera on Windows"},
  };
  for (const auto& [user_agent, name] : clients) {
    INFO(user_agent);
    CHECK(client_name(user_agent) == name);
  }
}

TEST_CASE("a client that is not known is told as none", "[opens]") {
  for (const char* const user_agent : {"", "curl/8.8.0", "python-requests/2.32.3", "Mozilla/5.0",
                                       "Firefox/128.0", "Windows NT", "\xff\xfe"}) {
    INFO(user_agent);
    CHECK_FALSE(client_name(user_agent));
  }
}

TEST_CASE("a time zone has the shape of a name of the IANA", "[opens]") {
  for (const char* const name : {"Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires",
                                 "America/Port-au-Prince", "Etc/GMT+8", "EST5EDT"}) {
    INFO(name);
    CHECK(time_zone_name(name) == name);
  }
  for (const char* const name : {"", "/Berlin", "Europe/", "Europe//B", "Europe/Berlin ", "5EDT",
                                 "Europe/../etc", "a'b", "Z\xc3\xbcrich"}) {
    INFO(name);
    CHECK_FALSE(time_zone_name(name));
  }
  CHECK(time_zone_name(std::string(64, 'a')));
  CHECK_FALSE(time_zone_name(std::string(65, 'a')));
}
