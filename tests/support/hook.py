"""What owners do with a webhook, in the words of the product."""

import uuid

from support.client import eventually
from support.workspace import expect, uuid_of


class Hook:
    """A webhook of a workspace, and its secret as it was shown."""

    def __init__(self, workspace, url, **members):
        self.workspace = workspace
        self.document = expect(workspace.client.post("/v1/webhooks", {"url": url} | members),
                               201).json
        self.id, self.secret = self.document["id"], self.document["secret"]
        self.path = f"/v1/webhooks/{self.id}"
        workspace.service.secrets.add(self.secret.removeprefix("whsec_").rstrip("="))

    def show(self):
        return expect(self.workspace.client.get(self.path), 200).json

    def change(self, **members):
        return self.workspace.client.patch(self.path, members)

    def delete(self):
        return self.workspace.client.delete(self.path)

    def test(self, **more):
        return self.workspace.client.post(self.path + "/test", **more)

    def rotate(self, **members):
        made = expect(self.workspace.client.post(self.path + "/rotate-secret", members), 200).json
        self.secret = made["secret"]
        return made

    def redeliver(self, **members):
        return self.workspace.client.post(self.path + "/redeliver", members)

    def deliveries(self, query=""):
        return expect(self.workspace.client.get(self.path + "/deliveries" + query), 200).json

    def wait(self, state, count=1, within=15):
        """Its deliveries in that state, once there are so many."""
        return eventually(
            lambda: len(found := self.deliveries(f"?state={state}&page_size=200")["items"]) >= count
            and found,
            within=within)

    def wait_for_attempts(self, count, within=15):
        """The attempts of its one delivery, once there are so many."""
        def attempts():
            items = self.deliveries()["items"]
            return items and len(items[0]["attempts"]) >= count and items[0]["attempts"]
        return eventually(attempts, within=within)

    # -- what no owner can do

    def sql(self, statement):
        """Runs a statement on the database; {id} stands for the webhook's."""
        return self.workspace.service.sql(statement.replace("{id}", f"'{uuid_of(self.id)}'"))

    def lay_down(self, count):
        """So many deliveries that wait, of events that are in nobody's feed."""
        self.sql(f"""
            WITH made AS (
              INSERT INTO event (position, event_id, workspace_id, type, occurred_at)
              SELECT nextval('event_position'), new_uuid(), w.workspace_id, 'policy.updated', now()
                FROM webhook w, generate_series(1, {count}) WHERE w.webhook_id = {{id}}
              RETURNING event_id, workspace_id)
            INSERT INTO delivery (workspace_id, webhook_id, event_id)
            SELECT workspace_id, {{id}}, event_id FROM made""")


def any_event_id():
    """An id that no event has."""
    number = uuid.uuid4().int >> 3
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    text = "".join(letters[number >> shift & 31] for shift in range(125, -1, -5))
    return "evt_" + text
