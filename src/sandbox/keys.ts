import type { Clock } from "../foundation/kernel/index.js";
import { createKeyRing, type KeyRing, type KeyStore, type Sealer } from "../foundation/keys/index.js";
import type { StateFile } from "./state.js";

// The secret would have to lie beside the file that it seals, so sealing would protect nothing.
const noSealing: Sealer = { seal: (text) => text, open: (text) => text };

/** The platform's signing keys, in its state. */
export function createSandboxKeys(state: StateFile, clock: Clock): KeyRing {
  const store: KeyStore = {
    addKey: async (key) => {
      const taken = state.data.keys.some(
        ({ keySet, generation }) => keySet === key.keySet && generation === key.generation,
      );
      if (taken) return "taken";
      state.data.keys.push({ ...key, publicJwk: { ...key.publicJwk } });
      await state.save();
      return "added";
    },
    retireKey: async (kid, at) => {
      const key = state.data.keys.find((one) => one.kid === kid && one.retiredAt === undefined);
      if (!key) return false;
      key.retiredAt = at;
      await state.save();
      return true;
    },
    keysOf: (_tenant, keySet) => Promise.resolve(state.data.keys.filter((key) => key.keySet === keySet)),
  };
  return createKeyRing("sandbox", { store, sealer: noSealing, clock });
}
