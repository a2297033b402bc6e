#include "service/core/open_class.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

using enum OpenClass;

constexpr std::array<std::string_view, kOpenClasses.size()> kTexts = {"person", "scanner",
                                                                      "preview"};

// A part of a User-Agent, in lower case, and what it tells. The first that fits counts, so what is
// more telling comes first. The products' own words are in their documentation, for example
// https://api.slack.com/robots,
// https://developers.facebook.com/docs/sharing/webmasters/web-crawlers and
// https://developers.google.com/search/docs/crawling-indexing/overview-google-crawlers.
struct Sign {
  std::string_view part;
  OpenClass open_class;
  std::string_view reason;
};

constexpr std::array kSigns = {
    // Gateways that look into mails, and services that look at addresses.
    Sign{"barracuda", scanner, "barracuda"},
    Sign{"proofpoint", scanner, "proofpoint"},
    Sign{"mimecast", scanner, "mimecast"},
    Sign{"safelinks", scanner, "safelinks"},
    Sign{"microsoft office existence discovery", scanner, "office"},
    Sign{"messagelabs", scanner, "symantec"},
    Sign{"symantec", scanner, "symantec"},
    Sign{"fireeye", scanner, "trellix"},
    Sign{"trellix", scanner, "trellix"},
    Sign{"trend micro", scanner, "trendmicro"},
    Sign{"trendmicro", scanner, "trendmicro"},
    Sign{"ironport", scanner, "cisco"},
    Sign{"cisco-email", scanner, "cisco"},
    Sign{"forcepoint", scanner, "forcepoint"},
    Sign{"websense", scanner, "forcepoint"},
    Sign{"fortiguard", scanner, "fortinet"},
    Sign{"fortinet", scanner, "fortinet"},
    Sign{"sophos", scanner, "sophos"},
    Sign{"zscaler", scanner, "zscaler"},
    Sign{"bitdefender", scanner, "bitdefender"},
    Sign{"urlscan", scanner, "urlscan"},
    Sign{"virustotal", scanner, "virustotal"},
    Sign{"google-safety", scanner, "google_safety"},
    // Browsers that nobody sits in front of.
    Sign{"headless", scanner, "headless"},
    Sign{"phantomjs", scanner, "headless"},
    Sign{"slimerjs", scanner, "headless"},
    Sign{"htmlunit", scanner, "headless"},
    Sign{"puppeteer", scanner, "headless"},
    Sign{"playwright", scanner, "headless"},
    Sign{"selenium", scanner, "headless"},
    Sign{"lighthouse", scanner, "headless"},
    // Chats and networks that unfurl what is written in them. Messages of Apple pretends to be two
    // others at once.
    Sign{"facebot twitterbot", preview, "imessage"},
    Sign{"slackbot", preview, "slack"},
    Sign{"slack-imgproxy", preview, "slack"},
    Sign{"telegrambot", preview, "telegram"},
    Sign{"twitterbot", preview, "twitter"},
    Sign{"facebookexternalhit", preview, "facebook"},
    Sign{"facebookcatalog", preview, "facebook"},
    Sign{"meta-externalagent", preview, "facebook"},
    Sign{"facebot", preview, "facebook"},
    Sign{"whatsapp/", preview, "whatsapp"},
    Sign{"discordbot", preview, "discord"},
    Sign{"linkedinbot", preview, "linkedin"},
    Sign{"skypeuripreview", preview, "microsoft_teams"},
    Sign{"microsoftpreview", preview, "microsoft_teams"},
    Sign{"teamsbot", preview, "microsoft_teams"},
    Sign{"redditbot", preview, "reddit"},
    Sign{"pinterestbot", preview, "pinterest"},
    Sign{"pinterest/0.", preview, "pinterest"},
    Sign{"mastodon/", preview, "mastodon"},
    Sign{"bluesky cardyb", preview, "bluesky"},
    Sign{"synapse (bot", preview, "matrix"},
    Sign{"mattermost-bot", preview, "mattermost"},
    Sign{"zulipurlpreview", preview, "zulip"},
    Sign{"snap url preview", preview, "snapchat"},
    Sign{"vkshare", preview, "vk"},
    Sign{"iframely", preview, "iframely"},
    Sign{"embedly", preview, "embedly"},
    Sign{"googleimageproxy", preview, "google"},
    // Search engines, and whatever else calls itself a robot.
    Sign{"googlebot", preview, "google"},
    Sign{"google-inspectiontool", preview, "google"},
    Sign{"googleother", preview, "google"},
    Sign{"bingbot", preview, "bing"},
    Sign{"bingpreview", preview, "bing"},
    Sign{"applebot", preview, "apple"},
    Sign{"yandex.com/bots", preview, "yandex"},
    Sign{"duckduckbot", preview, "duckduckgo"},
    Sign{"baiduspider", preview, "baidu"},
    Sign{"bot/", preview, "crawler"},
    Sign{"(bot;", preview, "crawler"},
    Sign{"crawler", preview, "crawler"},
    Sign{"spider", preview, "crawler"},
};

// Whatever the case of its letters.
bool has_sign(std::string_view user_agent, std::string_view part) {
  const auto same = [](char given, char lower) {
    return (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given) == lower;
  };
  return std::search(user_agent.begin(), user_agent.end(), part.begin(), part.end(), same) !=
         user_agent.end();
}

}  // namespace

std::string_view to_text(OpenClass open_class) {
  return kTexts.at(static_cast<std::size_t>(open_class));
}

std::optional<OpenClass> open_class(std::string_view text) {
  const auto found = std::ranges::find(kTexts, text);
  return found == kTexts.end() ? std::nullopt
                               : std::optional(static_cast<OpenClass>(found - kTexts.begin()));
}

ClassifiedOpen classify_open(std::string_view user_agent, bool gesture) {
  const auto sign = std::ranges::find_if(
      kSigns, [&](const Sign& each) { return has_sign(user_agent, each.part); });
  if (sign != kSigns.end()) {
    return {sign->open_class, sign->reason};
  }
  return gesture ? ClassifiedOpen{person, "gesture"} : ClassifiedOpen{scanner, "no_gesture"};
}

}  // namespace vitrine::core
