import type { Directory } from "./foundation/directory/index.js";

/** The invented jurisdictions and the academy that is shown without any set-up. */
export const demonstrationJurisdictions = [
  { id: "XA", name: "Arvenia", demonstration: true },
  { id: "XB", name: "Belmora", demonstration: true },
  { id: "XC", name: "Castellan", demonstration: true },
] as const;

const northgate = {
  slug: "northgate",
  name: "Northgate Police Academy",
  jurisdictionId: "XA",
  demonstration: true,
} as const;

/** Makes sure that they are there; running it again changes nothing. */
export async function seedDemonstration(directory: Directory): Promise<void> {
  for (const jurisdiction of demonstrationJurisdictions) await directory.saveJurisdiction(jurisdiction);
  await directory.ensureAcademy(northgate);
}
