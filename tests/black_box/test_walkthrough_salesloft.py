"""Salesloft's help page "Share a Recording", sentence by sentence, in a workspace with its policy.

The words in quotes are the page's own.
"""

import datetime

import pytest

from support.client import eventually
from support.workspace import AUDIO, expect

ANN = {"name": "Ann Buyer", "email": "ann@customer.example"}
BEN = {"name": "Ben Boss", "email": "ben@customer.example"}
DORA = {"name": "Dora Seller", "email": "dora@seller.example"}
EXPIRY = {"30d": 30, "60d": 60, "90d": 90, "1y": 365}


@pytest.fixture
def salesloft(service):
    return service.workspace(preset="salesloft")


def register(workspace):
    workspace.store_media("calls/1.mp4", AUDIO)
    return workspace.register(
        title="Demo with Customer Ltd", duration_ms=1_800_000,
        media=[{"id": "v", "role": "video", "content_type": "video/mp4", "key": "calls/1.mp4"}])


@pytest.fixture
def call(salesloft):
    return register(salesloft)


@pytest.fixture
def share(salesloft, call):
    return salesloft.share(call, recipients=[ANN, BEN])


def link_of(share, recipient):
    return next(link for link in share.show()["links"]
                if link["recipient"]["email"] == recipient["email"] and not link["replaced_by"])


def token_of(link):
    return link["url"].split("#")[1]


def opened_by(share, recipient, status=200):
    """What one recipient sees, through the recipient's own link."""
    return expect(share.viewer.post("/v1/resolve", {"token": token_of(link_of(share, recipient))}),
                  status).json


def comment(share, body, **more):
    return expect(share.workspace.client.post(f"{share.path}/comments", {"body": body} | more),
                  201).json


def lasts(document):
    starts, ends = (datetime.datetime.fromisoformat(document[name])
                    for name in ("starts_at", "expires_at"))
    return ends - starts


# -- The Share Recording window


def test_the_title_is_the_meetings_and_can_be_edited(salesloft, call):
    """“The title is the name of the meeting ... You can edit the meeting name prior to sharing the
    recording.”"""
    plain = salesloft.share(call, recipients=[ANN])
    assert opened_by(plain, ANN)["share"]["title"] == "Demo with Customer Ltd"
    edited = salesloft.share(call, recipients=[ANN], title="Our talk on Friday")
    assert opened_by(edited, ANN)["share"]["title"] == "Our talk on Friday"
    expect(edited.change(title="Our talk"), 200)
    assert opened_by(edited, ANN)["share"]["title"] == "Our talk"


def test_cancel_leaves_nothing_behind(salesloft, call):
    """“Cancel: exits out of the recording window in case you decide not to share.”"""
    preview = salesloft.client.post("/v1/shares?validate_only=true",
                                    {"recording_id": call, "recipients": [ANN]})
    assert expect(preview, 200).json["valid"] is True
    assert salesloft.client.get("/v1/shares").json["items"] == []


# -- Select an Expiration Date


@pytest.mark.parametrize("limit, days", EXPIRY.items())
def test_each_limit_lasts_its_days(salesloft, call, limit, days):
    """“The limits include: 30 Days, 60 Days, 90 Days, 1 year.”"""
    document = salesloft.share(call, recipients=[ANN], expires_in=limit).document
    assert lasts(document) == datetime.timedelta(days=days)


def test_a_custom_limit_may_be_any_date(salesloft, call):
    """“Custom.”"""
    document = salesloft.share(call, recipients=[ANN], expires_at="2150-06-01T12:00:00Z").document
    assert document["expires_at"] == "2150-06-01T12:00:00.000Z"


def test_the_limit_counts_from_the_start_date(salesloft, call):
    """“Then choose the ‘start date’ for the expiration tracker.”"""
    share = salesloft.share(call, recipients=[ANN], expires_in="30d",
                            starts_at="2150-01-01T00:00:00Z")
    assert share.document["expires_at"] == "2150-01-31T00:00:00.000Z"
    assert share.document["state"] == "scheduled"
    assert opened_by(share, ANN, 403)["code"] == "link_not_started"


def test_the_start_date_is_today_unless_another_is_chosen(salesloft, call):
    """“The date will default to the current date.”"""
    share = salesloft.share(call, recipients=[ANN])
    age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(
        share.document["starts_at"])
    assert abs(age) < datetime.timedelta(minutes=5)
    assert opened_by(share, ANN)


def test_past_the_limit_the_link_no_longer_works(salesloft, call):
    """“Once the expiration limit has passed, the recording link will no longer work.”"""
    share = salesloft.share(call, recipients=[ANN], ttl_seconds=1)
    eventually(lambda: share.resolve().status != 200, within=5)
    assert opened_by(share, ANN, 410)["code"] == "link_expired"


# -- Add Recipients


def test_one_recipient_is_needed_before_a_link_is_made(salesloft, call):
    """“You must add one recipient before sending the recording or generating recording links.”"""
    for draft in ({"recording_id": call}, {"recording_id": call, "recipients": []}):
        answer = salesloft.client.post("/v1/shares", draft)
        assert answer.status in (409, 422), answer
    assert salesloft.client.post("/v1/shares", {"recording_id": call}).code == "recipient_required"
    share = salesloft.share(call, recipients=[ANN])
    anonymous = salesloft.client.post(f"{share.path}/links", {})
    assert (anonymous.status, anonymous.code) == (409, "recipient_required")


def test_name_and_address_appear_in_the_list_of_recipients(share):
    """“The person's name and email will appear under the Recipients list.”"""
    expect(share.workspace.client.post(f"{share.path}/links",
                                       {"recipient": {"name": "Cy", "email": "cy@x.example"}}), 201)
    links = share.workspace.client.get(f"{share.path}/links").json["items"]
    assert [link["recipient"] for link in links] == [ANN, BEN, {"name": "Cy",
                                                                "email": "cy@x.example"}]


def test_each_recipient_gets_a_unique_link(share):
    """“Generate Links: creates a unique link that you can share with the recipient.”"""
    ann, ben = link_of(share, ANN), link_of(share, BEN)
    assert ann["url"] != ben["url"]
    assert opened_by(share, ANN) and opened_by(share, BEN)


def test_the_link_is_short(share):
    """“Keeps your recipient from seeing the overwhelmingly long, full link.”"""
    url = link_of(share, ANN)["url"]
    assert url.startswith("https://") and len(token_of({"url": url})) == 44 and len(url) < 80


def test_the_link_can_be_copied_again(share):
    """“A link to the recording will be copied to your clipboard. This way you can use a
    personalized email message.”"""
    assert link_of(share, ANN)["url"] == share.document["links"][0]["url"]


def test_a_removed_recipient_is_out_and_the_others_are_not(share):
    """“To remove a recipient ... click Remove Recipient.”"""
    ann, token = link_of(share, ANN), token_of(link_of(share, ANN))
    assert share.workspace.client.delete(f"{share.path}/links/{ann['id']}").status == 204
    answer = share.viewer.post("/v1/resolve", {"token": token})
    assert (answer.status, answer.code) == (410, "link_revoked")
    assert opened_by(share, BEN)


def test_nobody_is_added_twice(share):
    answer = share.workspace.client.post(
        f"{share.path}/links", {"recipient": {"email": "ANN@Customer.Example"}})
    assert (answer.status, answer.code) == (409, "recipient_exists")
    assert answer.json["link_id"] == link_of(share, ANN)["id"]


# -- Leave Comments


def test_comments_are_there_for_every_recipient(share):
    """“Allows you to leave comments for any recording recipients to view.”"""
    comment(share, "We spoke about that feature here.", author="Sam Seller")
    for recipient in (ANN, BEN):
        seen = opened_by(share, recipient)["share"]["comments"]
        assert [(one["body"], one["author"]) for one in seen] == [
            ("We spoke about that feature here.", "Sam Seller")]


def test_a_comment_may_stand_at_a_moment_of_the_recording(share):
    """“The comments may be time stamped if you select a spot on the timeline.”"""
    comment(share, "last", at_ms=900_000)
    comment(share, "no time")
    comment(share, "first", at_ms=61_000)
    seen = opened_by(share, ANN)["share"]["comments"]
    assert [(one["body"], one["at_ms"]) for one in seen] == [
        ("first", 61_000), ("last", 900_000), ("no time", None)]
    late = share.workspace.client.post(f"{share.path}/comments", {"body": "x", "at_ms": 1_800_001})
    assert late.faults == {"/at_ms": "out_of_range"}


def test_a_comment_is_edited_and_deleted(share):
    """“Select the ellipses to the right of the comment to Edit Comment or Delete Comment.”"""
    made = comment(share, "Teh price")
    path = f"{share.path}/comments/{made['id']}"
    expect(share.workspace.client.patch(path, {"body": "The price"}), 200)
    assert [one["body"] for one in opened_by(share, ANN)["share"]["comments"]] == ["The price"]
    assert share.workspace.client.delete(path).status == 204
    assert opened_by(share, ANN)["share"]["comments"] == []


def test_a_comment_can_be_for_one_recipient_only(share):
    """“Create meeting comments specific to the recipient.”"""
    comment(share, "Just for Ann", link_id=link_of(share, ANN)["id"])
    assert [one["body"] for one in opened_by(share, ANN)["share"]["comments"]] == ["Just for Ann"]
    assert opened_by(share, BEN)["share"]["comments"] == []


# -- Share Recording Options


def test_the_recipient_watches_the_recording_through_the_link(share):
    """“The recipient will receive ... a link to the recording.”"""
    seen = opened_by(share, ANN)
    assert [media["role"] for media in seen["media"]] == ["video"]
    assert seen["recording"]["duration_ms"] == 1_800_000


# -- Shared Recording Email


@pytest.fixture
def sent(mailing, mails):
    """A recording that was shared by Send Email(s)."""
    salesloft = mailing.workspace(preset="salesloft")
    return salesloft.share(register(salesloft), recipients=[ANN, BEN], send_email=True,
                           notify_on_open=True, sender=DORA)


def test_send_emails_sends_each_recipient_the_link(sent, mails):
    """“Salesloft sends an email to each recipient containing the recording link.”"""
    for recipient in (ANN, BEN):
        mail = mails.to(recipient["email"])
        assert DORA["name"] in mail.text and "Demo with Customer Ltd" in mail.text
        assert link_of(sent, recipient)["url"] in mail.text
        assert expect(sent.viewer.post("/v1/resolve", {"token": mail.token}), 200)


def test_the_sender_is_told_that_the_recording_was_opened(sent, mails):
    """“Once the recipient opens the recording, you will receive an email with the subject 'Your
    Shared Recording Was Opened'”; “the timestamp ... is based on the time set on the recipient's
    computer”."""
    token = mails.to(ANN["email"]).token
    session = expect(sent.viewer.post("/v1/resolve", {"token": token}), 200).json["session"]
    report = {"token": token, "session": session, "viewer": {"time_zone": "Asia/Tokyo"}}
    expect(sent.viewer.post("/v1/resolve/open", report, headers={"User-Agent": "Mozilla/5.0"}), 204)
    mail = mails.to(DORA["email"])
    assert mail["Subject"] == "Your Shared Recording Was Opened"
    assert ANN["name"] in mail.text and "(Asia/Tokyo, UTC+09:00)" in mail.text
