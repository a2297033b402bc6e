"""What callers do, in the words of the product. Every call goes through the checked client."""

import itertools
import json
import urllib.parse
import uuid

ALL_SCOPES = ("recordings:read,recordings:write,shares:read,shares:write,"
              "policy:read,policy:write,keys:admin,events:read,webhooks:read,"
              "webhooks:write")
AUDIO = bytes(range(256)) * 64  # 16 KiB, every offset recognisable
TRANSCRIPT = {"language": "en", "segments": [{"start_ms": 0, "end_ms": 900, "speaker": "Ada",
                                              "text": "Good morning."}]}
_numbers = itertools.count(1)


def expect(answer, status):
    assert answer.status == status, answer
    return answer


def uuid_of(identifier):
    """What stands in the database for an id such as `shr_01h455vb4pex5vsknk084sn02q`."""
    value = 0
    for letter in identifier.split("_")[1]:
        value = value * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    return str(uuid.UUID(int=value))


class Workspace:
    def __init__(self, service, identifier):
        self.service, self.id = service, identifier
        self.key_id, self.secret = self.make_key(ALL_SCOPES)
        self.client = service.client(self.secret)

    def make_key(self, scopes, *more):
        """(id, secret) of a new API key."""
        made = json.loads(self.service.run("key", "create", "--workspace", self.id, "--name",
                                           "test",
                                           "--scopes", scopes, "--json", *more))
        self.service.secrets.add(made["key"])
        return made["id"], made["key"]

    def client_with(self, scopes, *more):
        return self.service.client(self.make_key(scopes, *more)[1])

    def register(self, recording_id=None, **members):
        """Registers a recording with real audio in the media store; returns its id."""
        recording_id = recording_id or f"rec-{next(_numbers)}"
        self.store_media(f"{self.id}/{recording_id}.ogg", AUDIO)
        draft = {
            "title": "Stand-up",
            "media": [{"id": "audio", "role": "audio", "content_type": "audio/ogg",
                       "key": f"{self.id}/{recording_id}.ogg"}],
            "panels": {"transcript": TRANSCRIPT},
        } | members
        answer = self.client.put(f"/v1/recordings/{recording_id}", draft)
        assert answer.status in (200, 201), answer
        return recording_id

    def trusted_issuer(self, **more):
        """A product that may vouch for viewers of this workspace."""
        from support.issuer import Issuer  # only who needs it needs PyJWT
        return Issuer(self, **more)

    def store_media(self, key, content):
        path = self.service.media / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def share(self, recording_id=None, **members):
        """Shares a recording (a new one unless given); returns the share with its verbs."""
        draft = {"recording_id": recording_id or self.register()} | members
        return SharedRecording(self, expect(self.client.post("/v1/shares", draft), 201).json)


class SharedRecording:
    """A share and what can be done with it, by its owner and by whoever holds the link."""

    def __init__(self, workspace, document):
        self.workspace, self.document = workspace, document
        self.id = document["id"]
        self.path = f"/v1/shares/{self.id}"
        self.token = document["links"][0]["url"].split("#")[1]
        # From an address of its own: wrong passcodes are counted by address, over all tests.
        self.viewer = workspace.service.client()
        number = next(_numbers)
        self.viewer.always = {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"}

    # -- the owner

    def show(self):
        return expect(self.workspace.client.get(self.path), 200).json

    def change(self, headers=None, **members):
        return self.workspace.client.patch(self.path, members, headers=headers)

    def enable(self, **more):
        return self.workspace.client.post(self.path + "/enable", **more)

    def disable(self, **more):
        return self.workspace.client.post(self.path + "/disable", **more)

    def revoke(self, **more):
        return self.workspace.client.post(self.path + "/revoke", **more)

    def reset_passcode_attempts(self, **more):
        return self.workspace.client.post(self.path + "/reset-passcode-attempts", **more)

    def delete(self, **more):
        return self.workspace.client.delete(self.path, **more)

    # -- the viewer

    def resolve(self, **members):
        return self.viewer.post("/v1/resolve", {"token": self.token} | members)

    def open(self, **members):
        return expect(self.resolve(**members), 200).json

    def media_target(self):
        """Path and query of the first media object's signed URL."""
        return target_of(self.open()["media"][0]["url"])


def target_of(url):
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
