#include "tests/support/test_service.hpp"

#include <future>

namespace vitrine::test {
namespace {

std::shared_ptr<const core::LinkKeys> one_key() {
  core::LinkKey key{.kid = 7, .state = core::KeyState::active};
  key.secret.fill(0x5a);
  return std::make_shared<const core::LinkKeys>(std::vector{key});
}

core::Scopes every_scope() {
  core::Scopes scopes;
  for (const core::Scope scope : core::kScopes) {
    scopes.add(scope);
  }
  return scopes;
}

store::PoolOptions with(store::PoolOptions options, const std::string& more_conninfo) {
  options.database_url += ' ' + more_conninfo;
  return options;
}

}  // namespace

std::string ReadableMedia::sign(const media::Grant& grant) const {
  return "signed:" + grant.key.text() + "?type=" + grant.content_type +
         "&download=" + grant.download_name.value_or("-") +
         "&expires=" + core::format_rfc3339(grant.expires_at);
}

core::RecordingId recording_id(const std::string& text) {
  return core::RecordingId::parse(text).value();
}

core::RecordingDraft a_recording(const std::string& title) {
  core::RecordingDraft draft;
  draft.title = title;
  return draft;
}

core::MediaObject an_audio(const std::string& id, const std::string& key) {
  return {id, core::MediaRole::audio, "audio/ogg", core::MediaKey::parse(key).value(), 4096};
}

core::ShareDraft a_share_of(const std::string& recording) {
  return {.recording_id = recording_id(recording),
          .title = {},
          .label = {},
          .metadata = {},
          .visibility = {},
          .window = {}};
}

TestService::TestService(int pool_size, const std::string& more_conninfo)
    : pool(with(database.options(pool_size), more_conninfo)),
      urls("https://app.example.com/shared#{token}", false, one_key()),
      key_admin(pool, *one_key()),
      workers("database", pool_size, 1024),
      link_keys(one_key()),
      hosts(pool, with(database.options(), more_conninfo).database_url, ""),
      me(new_principal("mine")) {}

core::Principal TestService::new_principal(const std::string& workspace) {
  const auto made = workspaces.create(workspace);
  return keys.authenticate(keys.create(made.id, "test", every_scope(), std::nullopt).secret)
      .value();
}

core::Recording TestService::given_recording(const std::string& id,
                                             const core::RecordingDraft& draft) {
  return recordings.put(me, recording_id(id), draft).recording;
}

core::Share TestService::given_share_of(const std::string& recording) {
  if (fault_of([&] { recordings.get(me, recording_id(recording)); })) {
    given_recording(recording);
  }
  return shares.create(me, a_share_of(recording));
}

Resolution TestService::resolve(ResolveQuery query) {
  std::promise<Resolution> answer;
  resolver.resolve(
      std::move(query), [&answer](const Resolution& resolution) { answer.set_value(resolution); },
      [&answer](std::exception_ptr fault) { answer.set_exception(std::move(fault)); });
  return answer.get_future().get();
}

Resolution TestService::report(OpenReport report) {
  std::promise<Resolution> answer;
  opens.report(
      std::move(report), [&answer](const Resolution& resolution) { answer.set_value(resolution); },
      [&answer](std::exception_ptr fault) { answer.set_exception(std::move(fault)); });
  return answer.get_future().get();
}

}  // namespace vitrine::test
