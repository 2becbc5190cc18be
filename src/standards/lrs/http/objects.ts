import type { Request, Response } from "express";
import { mayRead, visibleClasses } from "../client.js";
import { activityOf } from "../activities.js";
import { LrsError } from "../errors.js";
import { agentObjectOf, iriOf, readParameters } from "./parameters.js";
import { clientOf, sendPieces } from "./requests.js";
import { ownKey, type StatementsDeps } from "./statements.js";

/** Communication 2.5: the activity with all that the statements which this client may see say of it. */
export async function getActivity(deps: StatementsDeps, req: Request, res: Response): Promise<void> {
  const client = clientOf(res);
  const reach = mayRead(client);
  const id = iriOf(readParameters(req.url, ["activityId"]), "activityId");
  if (id === undefined) throw new LrsError("lrs_parameter_missing", { name: "activityId" });
  const { academyId, jurisdictionId } = client.tenant;
  const activity = await activityOf(deps.statements, id, {
    academyId,
    jurisdictionId,
    classes: visibleClasses(deps.lens, client),
    ...(reach === "mine" ? { authority: ownKey(client, deps.homePage) } : {}),
  });
  sendPieces(req, res, [activity]);
}

const personal = ["name", "mbox", "mbox_sha1sum", "openid", "account"] as const;

/**
 * Communication 2.4. The Person says of an agent what the request said: nothing is added from elsewhere, since what
 * would join two pseudonyms is not for the asking.
 */
export function getPerson(req: Request, res: Response): void {
  const agent = agentObjectOf(readParameters(req.url, ["agent"]));
  if (agent === undefined) throw new LrsError("lrs_parameter_missing", { name: "agent" });
  if (agent.objectType === "Group") throw new LrsError("lrs_parameter_malformed", { name: "agent" });
  const person = Object.fromEntries(
    personal.flatMap((name) => (agent[name] === undefined ? [] : [[name, [agent[name]]] as const])),
  );
  sendPieces(req, res, [JSON.stringify({ objectType: "Person", ...person })]);
}
