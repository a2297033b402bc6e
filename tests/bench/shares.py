"""What is resolved, created and listed: a few shares made through the API, and many made in SQL."""

import json

import population
from support.workspace import uuid_of

SMALL, LARGE = 2048, 65536  # bytes of an answer
CROWD = 10_000              # shares of the workspace that is listed
SPREAD = 2000               # of which so many, less the revoked ones, are resolved in turn
WORDS = ("the harbour wall was built long before anybody thought of ships that carry boxes and the "
         "guide says so while we walk along it towards the old lighthouse at its end").split()


def transcript(length):
    """Segments as a transcriber writes them, `length` bytes of JSON or a little less."""
    segments, used = [], len(json.dumps({"language": "en", "segments": []}))
    while True:
        number = len(segments)
        text = " ".join(WORDS[(number * 7 + i * (number % 5 + 1)) % len(WORDS)] for i in range(12))
        segment = {"start_ms": number * 4000, "end_ms": number * 4000 + 3900,
                   "speaker": ("Ada", "Ben", "Cleo")[number % 3], "text": text}
        used += len(json.dumps(segment)) + len(", ")
        if used > length:
            return {"language": "en", "segments": segments}
        segments.append(segment)


class Shares:
    """`hot`, `large`, `media`: one share each. `spread`: tokens of many. `forged`, `revoked`:
    tokens that do not open."""

    def __init__(self, service):
        self.service = service
        self.workspace = service.workspace()
        self.hot = self._of_length(SMALL)
        self.large = self._large()
        self.media = self._with_media(5)
        self.forged = self.hot.token[:-4] + ("AAAA" if self.hot.token[-4:] != "AAAA" else "BBBB")
        dead = self.workspace.share()
        dead.revoke()
        self.revoked = dead.token
        self.recording = self.workspace.register()
        self.crowd = service.workspace()
        self._populate()

    def _of_length(self, length):
        """A share whose answer has exactly so many bytes."""
        shown = {"transcript": False, "notes": True}
        recording = self.workspace.register(panels={"notes": {"markdown": ""}})
        share = self.workspace.share(recording, visibility=shown)
        missing = length - len(share.resolve().body)
        self.workspace.client.put(f"/v1/recordings/{recording}/panels/notes",
                                  {"markdown": "n" * missing})
        return share

    def _large(self):
        recording = self.workspace.register(panels={"transcript": transcript(LARGE - 600)})
        return self.workspace.share(recording, visibility={"transcript": True})

    def _with_media(self, count):
        media = [{"id": f"part-{i}", "role": "audio", "content_type": "audio/ogg",
                  "key": f"{self.workspace.id}/part-{i}.ogg"} for i in range(count)]
        for one in media:
            self.workspace.store_media(one["key"], b"audio")
        return self.workspace.share(self.workspace.register(media=media))

    def _populate(self):
        tokens = population.Tokens(self.service.settings["VITRINE_LINK_KEYS_FILE"])
        workspace, key = uuid_of(self.crowd.id), uuid_of(self.crowd.key_id)
        self.spread = [tokens.of(population.id_of(number))
                       for number in population.open_numbers(SPREAD)]
        with self.service.postgres.connect(self.service.database) as connection:
            for table in population.TABLES:
                connection.execute(population.insert_sql(table, CROWD, workspace, key, tokens.kid,
                                                         panel_bytes=0))
            missing = SMALL - len(self.resolve(self.spread[0]).body)
            connection.execute(
                "UPDATE panel p SET document = json_build_object('markdown', repeat('n', %s))"
                "  FROM recording r"
                " WHERE r.workspace_id = %s AND r.recording_uid = p.recording_uid",
                (missing, workspace))
            connection.execute("VACUUM ANALYZE")

    def resolve(self, token):
        return self.service.client().post("/v1/resolve", {"token": token})
