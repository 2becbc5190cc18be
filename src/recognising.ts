import type { Base, Ground } from "./rooms.js";
import { achievementUrl, isAwarded } from "./trust/certificates/index.js";
import {
  createRecognition,
  demonstrationRoot,
  readTrustRoots,
  seedDemonstrationRecognition,
  type Outside,
  type Recognition,
} from "./trust/recognition/index.js";
import { keysOf, type ProofWorker, type Resolver } from "./trust/verification/index.js";

interface Checking {
  readonly resolver: Resolver;
  readonly worker: Pick<ProofWorker, "check">;
}

/** The room of recognitions; what others publish it fetches and checks as the verifier does. */
export function createRecognising(
  base: Base,
  { issuing, log, catalogues }: Ground,
  checking: Checking,
): Recognition {
  const { config, storage } = base;
  const { origin } = config;
  const roots = config.trustRoots === undefined ? undefined : readTrustRoots(config.trustRoots);
  const chosen = roots ?? (config.demonstration ? [demonstrationRoot(origin)] : []);
  return createRecognition({
    ...{ ...base, store: storage.recognition, issuing, log, catalogues, origin },
    outside: outsideOf(checking),
    trustRoots: () => Promise.resolve(chosen),
  });
}

function outsideOf({ resolver, worker }: Checking): Outside {
  return {
    check: worker.check,
    text: async (url) => {
      const fetched = await resolver.begin().text(url);
      return "text" in fetched ? fetched.text : undefined;
    },
    keysOf: async (did) => {
      const found = await keysOf(did, resolver.begin());
      return "failure" in found ? undefined : found.keys;
    },
  };
}

/** What the invented jurisdictions of the demonstration decided about the programmes that are loaded. */
export async function seedRecognitions(
  { config, directory }: Base,
  { curriculum, issuing }: Ground,
  recognition: Recognition,
): Promise<void> {
  const academy = await directory.chooseAcademy("northgate");
  const issuer = { issuerDid: await issuing.didOf(academy), issuerName: academy.name };
  const awarded = curriculum.programmes.filter((programme) => isAwarded(curriculum, programme));
  const achievements = awarded.map(({ id, title }) => ({
    ...{ ...issuer, title, achievementId: achievementUrl(config.origin, id, curriculum.version) },
  }));
  await seedDemonstrationRecognition(recognition, achievements);
}
