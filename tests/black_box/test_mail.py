"""Mails: links to recipients, news to senders, and what becomes of them."""

import re

import pytest

from support.client import eventually
from support.smtp import DROP, FROM
from support.workspace import expect

ANN = {"name": "Ann", "email": "ann@example.org"}
BEN = {"name": None, "email": "ben@example.net"}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
HOSTILE = "x\u2019s <b>\"&'</b> {{link}} \u00e9\u4f8b\U0001f600 Bcc: eve@example.com =?UTF-8?Q?a?="


@pytest.fixture
def workspace(mailing):
    return mailing.workspace()


def link_of(share, number=0):
    return share.show()["links"][number]


def state_of(share, number=0):
    return (link_of(share, number)["email"] or {}).get("state")


def becomes(share, state, number=0):
    eventually(lambda: state_of(share, number) == state, within=20)
    return link_of(share, number)["email"]


def send(share, **members):
    return share.workspace.client.post(share.path + "/send", members)


def watch(share, **members):
    """Opens the link as a person's browser does, and says so."""
    session = share.open()["session"]
    expect(share.viewer.post("/v1/resolve/open",
                             {"token": share.token, "session": session} | members,
                             headers={"User-Agent": FIREFOX}), 204)


# -- links to recipients


def test_a_new_share_brings_each_recipient_a_link_of_their_own(workspace, mails):
    share = workspace.share(recipients=[ANN, BEN], send_email=True, title="Quarterly review",
                            sender={"name": "Dora", "email": "Dora@B\u00fccher.example"})
    tokens = []
    for recipient in (ANN, BEN):
        mail = mails.to(recipient["email"])
        assert mail.sender == "share@example.com"
        assert [len(mail.message.get_all(name, [])) for name in ("From", "To", "Bcc", "Cc")] == [
            1, 1, 0, 0]
        assert [one.addr_spec for one in mail["To"].addresses] == [recipient["email"]]
        assert (str(mail["From"]), mail["Reply-To"].addresses[0].addr_spec) == (
            '"Vitrine" <share@example.com>' if '"' in str(mail["From"]) else FROM,
            "Dora@xn--bcher-kva.example")
        assert mail["Subject"] == "Dora shared a recording with you"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.message.get_content_type() == "multipart/alternative"
        plain, page = mail.words
        assert "Quarterly review" in plain and "until" in plain and "UTC" in plain
        for phrase in ("Dora shared a recording with you:", "Quarterly review", "This link is for"):
            assert phrase in plain and phrase in page
        assert mail.html.count(f"#{mail.token}") == 3
        tokens.append(mail.token)
    assert len(set(tokens)) == 2
    for number, token in enumerate(tokens):
        assert link_of(share, number)["url"].endswith("#" + token)
        assert expect(share.resolve(token=token), 200)
        status = becomes(share, "sent", number)
        assert (status["reason"], status["attempts"]) == (None, 1)
    assert "Hello Ann," in mails.to(ANN["email"]).text
    assert "Hello," in mails.to(BEN["email"]).text


def test_nothing_that_people_write_becomes_more_than_words(workspace, mails):
    share = workspace.share(title=HOSTILE, send_email=True, sender={"name": HOSTILE},
                            recipients=[{"name": HOSTILE, "email": "o'neil+x@example.org"}])
    mail = mails.to("o'neil+x@example.org")
    assert mail.recipients == ["o'neil+x@example.org"] and mail["Bcc"] is None
    assert mail["Subject"] == f"{HOSTILE} shared a recording with you"
    shown = mail["To"].addresses[0].display_name
    assert shown.replace(" ", "") == HOSTILE.replace(" ", "")  # Python adds one between words
    assert "<b>" not in mail.html and "&lt;b&gt;" in mail.html
    assert HOSTILE in mail.text and HOSTILE in mail.words[1]
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 78
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert link_of(share)["url"].endswith(mail.token)


def test_a_mail_says_when_the_link_opens_and_that_it_asks_for_a_passcode(workspace, mails):
    workspace.share(recipients=[ANN], send_email=True, passcode="xyzzy",
                    starts_at="2030-07-01T10:00:00Z", expires_at="2030-12-01T10:00:00Z",
                    sender={"time_zone": "Europe/Berlin"})
    text = mails.to(ANN["email"]).text
    assert "It opens on 1 July 2030, 12:00 (Europe/Berlin, UTC+02:00)." in text
    assert "until 1 December 2030, 11:00 (Europe/Berlin, UTC+01:00)." in text
    assert "passcode" in text and "xyzzy" not in text


def test_links_are_sent_on_demand_and_once(workspace, mails):
    share = workspace.share(recipients=[ANN, BEN])
    assert [link["email"] for link in share.show()["links"]] == [None, None]
    answer = expect(send(share, link_ids=[link_of(share)["id"]]), 202)
    assert [(one["link_id"], one["email"]["state"]) for one in answer.json["links"]] == [
        (link_of(share)["id"], "queued")]
    becomes(share, "sent")
    assert state_of(share, 1) is None
    assert len(expect(send(share), 202).json["links"]) == 2
    becomes(share, "sent", 1)
    expect(send(share), 202)
    expect(share.workspace.client.post(f"{share.path}/links/{link_of(share)['id']}/send",
                                       {"resend": False}), 202)
    expect(send(share, resend=True), 202)
    mails.to(ANN["email"], 2), mails.to(BEN["email"], 2)
    one = expect(share.workspace.client.post(f"{share.path}/links/{link_of(share)['id']}/send"), 202)
    assert one.json["email"]["state"] == "queued"
    mails.to(ANN["email"], 3)
    assert len({mail["Message-ID"] for mail in mails.mails}) == len(mails.mails) == 5


def test_one_idempotency_key_sends_once(workspace, mails):
    share = workspace.share(recipients=[ANN])
    for _ in range(2):
        answer = share.workspace.client.post(share.path + "/send", {"resend": True},
                                             headers={"Idempotency-Key": "once"})
        assert answer.json["links"][0]["link_id"] == link_of(share)["id"]
    becomes(share, "sent")
    other = workspace.share(recipients=[BEN])
    expect(send(other), 202)
    mails.to(BEN["email"])
    assert len([mail for mail in mails.mails if mail.recipients == [ANN["email"]]]) == 1


def test_what_cannot_be_sent_is_said_at_once(workspace):
    bare, ended, off = (workspace.share(), workspace.share(recipients=[ANN]),
                        workspace.share(recipients=[ANN]))
    ended.revoke(), off.disable()
    short = workspace.share(recipients=[ANN], ttl_seconds=1)
    assert send(bare).code == "recipient_required"
    assert send(bare, link_ids=[link_of(bare)["id"]]).code == "recipient_required"
    assert send(ended).code == "share_revoked"
    assert send(off).code == "conflict"
    assert eventually(lambda: (answer := send(short)).status == 409 and answer).code == (
        "share_expired")
    assert send(bare, link_ids=[link_of(off)["id"]]).faults == {"/link_ids/0": "not_found"}
    assert send(bare, link_ids=["x", 1]).faults == {"/link_ids/0": "invalid_format",
                                                    "/link_ids/1": "wrong_type"}
    assert send(bare, link_ids=[]).faults == {"/link_ids": "out_of_range"}
    assert send(bare, to="x").faults == {"/to": "unknown_field"}
    fresh = workspace.share(recipients=[ANN])
    link = f"{fresh.path}/links/{link_of(fresh)['id']}"
    expect(workspace.client.post(link + "/rotate"), 201)
    assert workspace.client.post(link + "/send").code == "conflict"
    assert workspace.client.post(
        f"{bare.path}/links/{link_of(fresh)['id']}/send").code == "not_found"
    refused = workspace.client.post("/v1/shares", {"recording_id": workspace.register(),
                                                   "send_email": True})
    assert refused.faults == {"/recipients": "required"}


def test_a_link_of_another_recipient_starts_anew(workspace, mails):
    share = workspace.share(recipients=[ANN], send_email=True)
    becomes(share, "sent")
    path = f"{share.path}/links/{link_of(share)['id']}"
    expect(workspace.client.patch(path, {"recipient": BEN}), 200)
    assert link_of(share)["email"] is None
    expect(send(share), 202)
    mails.to(BEN["email"])


def test_many_shares_at_once_send_their_mails(workspace, mails):
    item = {"recording_id": workspace.register(), "send_email": True}
    made = expect(workspace.client.post("/v1/shares/bulk-create", {"items": [
        item | {"recipients": [ANN]}, item | {"recipients": [BEN]}, item]}), 200).json
    assert [one["status"] for one in made["items"]] == [201, 201, 422]
    mails.to(ANN["email"]), mails.to(BEN["email"])


# -- when it does not work


@pytest.mark.parametrize("trouble, reason", [
    ("451 4.3.0 Try again later", "451 4.3.0 Try again later"),
    (DROP, "The connection to the mail server was lost.")])
def test_a_mail_is_tried_again_under_the_same_message_id(workspace, mails, trouble, reason):
    mails.answers[:] = [trouble]
    share = workspace.share(recipients=[ANN], send_email=True)
    assert becomes(share, "deferred")["reason"] == reason
    assert becomes(share, "sent")["attempts"] == 2
    first, second = mails.tried
    assert first["Message-ID"] == second["Message-ID"]
    assert first.token == second.token


def test_a_refused_mail_says_why_and_is_not_tried_again(workspace, mails):
    mails.unknown["ann@example.org"] = "550 5.1.1 No such user here"
    share = workspace.share(recipients=[ANN, BEN], send_email=True)
    status = becomes(share, "refused")
    assert (status["reason"], status["attempts"]) == ("550 5.1.1 No such user here", 1)
    becomes(share, "sent", 1)
    mails.unknown.clear()
    expect(send(share), 202)  # once it is mended, without more ado
    becomes(share, "sent")


def test_a_content_that_is_refused_says_why(workspace, mails):
    mails.answers[:] = ["554 5.7.1 Spam\u00e4".encode().decode("latin-1")]
    share = workspace.share(recipients=[ANN], send_email=True)
    assert becomes(share, "refused")["reason"].startswith("554 5.7.1 Spam")


def test_a_mail_that_never_arrives_is_given_up(workspace, mails):
    mails.answers[:] = ["421 4.3.2 Busy"] * 3
    share = workspace.share(recipients=[ANN], send_email=True)
    status = becomes(share, "refused")
    assert status["attempts"] == 3
    assert re.fullmatch(r"Gave up after 3 attempts\. 421 4\.3\.2 Busy", status["reason"])


@pytest.mark.parametrize("verb, reason", [
    (lambda share: share.revoke(), "revoked"), (lambda share: share.disable(), "switched off"),
    (lambda share: share.workspace.client.delete(
        f"/v1/recordings/{share.document['recording_id']}"), "recording was gone"),
    (lambda share: share.workspace.client.delete(
        f"{share.path}/links/{share.document['links'][0]['id']}"), "link was revoked")])
def test_no_link_is_sent_that_does_not_open(workspace, mails, verb, reason):
    mails.answers[:] = ["451 Later"]
    share = workspace.share(recipients=[ANN], send_email=True)
    becomes(share, "deferred")
    assert verb(share).status in (200, 204)
    assert reason in becomes(share, "cancelled")["reason"]
    assert mails.mails == []


def test_a_slow_mail_server_is_waited_for_and_holds_up_nobody(workspace, mails):
    mails.answers[:] = [4]
    slow = workspace.share(recipients=[ANN], send_email=True)
    eventually(lambda: mails.tried)
    quick = workspace.share(recipients=[BEN], send_email=True)
    becomes(quick, "sent")
    assert state_of(slow) == "queued"
    becomes(slow, "sent")


# -- news to the sender


def test_the_sender_is_told_once_when_a_link_is_opened(workspace, mails):
    share = workspace.share(recipients=[ANN], notify_on_open=True, title="Quarterly review",
                            sender={"email": "dora@example.com", "time_zone": "Asia/Kolkata"})
    assert share.document["tracking"] == "count"
    watch(share, viewer={"time_zone": "America/New_York"})
    watch(share)
    mail = mails.to("dora@example.com")
    assert mail["Subject"] == "Your Shared Recording Was Opened"
    for form in mail.words:
        assert "Ann opened the recording that you shared: Quarterly review" in form
        assert re.search(r"When: \d+ \w+ 20\d\d, \d\d:\d\d \(Asia/Kolkata, UTC\+05:30\)", form)
    marker = workspace.share(recipients=[BEN], send_email=True)
    becomes(marker, "sent")
    assert len([one for one in mails.mails if one.recipients == ["dora@example.com"]]) == 1


def test_times_are_in_the_viewers_zone_when_the_sender_names_none(workspace, mails):
    recording = workspace.register(owner={"name": "Olga", "email": "olga@example.com"})
    share = workspace.share(recording, notify_on_open=True, tracking="identified")
    watch(share, viewer={"time_zone": "America/New_York"})
    text = mails.to("olga@example.com").text
    assert "Someone opened" in text and re.search(r"\(America/New_York, UTC-0[45]:00\)", text)
    other = workspace.share(recording, notify_on_open=True)
    watch(other)
    assert " (UTC)" in mails.to("olga@example.com", 2).text


def test_the_sender_is_reminded_before_the_end(workspace, mails):
    workspace.share(ttl_seconds=62, remind_before_seconds=60, title="Soon over",
                    sender={"email": "dora@example.com", "time_zone": "Europe/Berlin"})
    mail = mails.to("dora@example.com")
    assert mail["Subject"] == "The link to Soon over expires soon"
    assert "Europe/Berlin" in mail.text


def test_settings_of_mails_are_shown_changed_and_cleared(workspace):
    share = workspace.share(sender={"name": "Dora", "email": "dora@example.com"})
    assert share.document["sender"] == {"name": "Dora", "email": "dora@example.com",
                                        "time_zone": None}
    changed = expect(share.change(sender={"time_zone": "Europe/Berlin", "name": None},
                                  notify_on_open=True, remind_before_seconds=3600), 200).json
    assert changed["sender"] == {"name": None, "email": "dora@example.com",
                                 "time_zone": "Europe/Berlin"}
    assert (changed["tracking"], changed["notify_on_open"], changed["remind_before_seconds"]) == (
        "count", True, 3600)
    assert share.change(tracking="none").faults == {"/tracking": "conflicting_fields"}
    assert share.change(sender=None).faults == {"/sender/email": "required"}
    cleared = expect(share.change(sender=None, notify_on_open=False, remind_before_seconds=None),
                     200).json
    assert (cleared["sender"], cleared["notify_on_open"]) == (None, False)


def test_an_owner_who_lost_their_address_keeps_nobody_from_other_changes(workspace):
    recording = workspace.register(owner={"email": "olga@example.com"})
    share = workspace.share(recording, notify_on_open=True)
    workspace.register(recording)
    expect(share.change(label="x"), 200)
    assert share.change(remind_before_seconds=60).faults == {"/sender/email": "required"}


@pytest.mark.parametrize("members, faults", [
    ({"notify_on_open": True}, {"/sender/email": "required"}),
    ({"remind_before_seconds": 60}, {"/sender/email": "required"}),
    ({"remind_before_seconds": 59}, {"/remind_before_seconds": "out_of_range"}),
    ({"remind_before_seconds": 2592001}, {"/remind_before_seconds": "out_of_range"}),
    ({"notify_on_open": True, "tracking": "none", "sender": {"email": "d@example.com"}},
     {"/tracking": "conflicting_fields"}),
    ({"sender": {"email": "x", "name": "a\nb", "time_zone": "Europe/", "phone": "1"}},
     {"/sender/email": "invalid_format", "/sender/name": "invalid_format",
      "/sender/time_zone": "invalid_format", "/sender/phone": "unknown_field"}),
    ({"sender": {"time_zone": "Mars/Olympus"}}, {"/sender/time_zone": "not_found"}),
    ({"sender": {"time_zone": "Foo/Bar+3"}}, {"/sender/time_zone": "not_found"})])
def test_a_wrong_setting_of_mails_is_refused(workspace, members, faults):
    draft = {"recording_id": workspace.register()} | members
    assert workspace.client.post("/v1/shares", draft).faults == faults
    assert workspace.share().change(**members).faults == faults


def test_a_policy_without_tracking_lets_nobody_be_told_of_opens(workspace):
    expect(workspace.client.patch("/v1/policy", {"default_tracking": "none",
                                                 "tracking_max": "none"}), 200)
    answer = workspace.client.post("/v1/shares", {
        "recording_id": workspace.register(), "notify_on_open": True,
        "sender": {"email": "d@example.com"}})
    assert answer.faults == {"/notify_on_open": "policy_violation"}
