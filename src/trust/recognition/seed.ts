import { didOfAuthority } from "./authorities.js";
import type { Recognition } from "./recognition.js";

/** A programme that the invented jurisdictions of the demonstration decide about. */
export interface DemonstrationAchievement {
  /** The URL of one version of it. */
  readonly achievementId: string;
  readonly title: string;
  /** Of the academy of the demonstration. */
  readonly issuerDid: string;
  readonly issuerName: string;
}

/** The day from which on the invented decisions count: long before anyone tries them. */
const from = Date.UTC(2026, 0, 1);
const root = "demonstration-root";

/** The DID of the root that a demonstration trusts when nobody chose others. */
export const demonstrationRoot = (origin: string): string => didOfAuthority(origin, root);

/**
 * The demonstration: Belmora recognises in part, with a measure; Castellan refuses; Arvenia lists its own academy. A
 * root of the demonstration mandates all three. Running it again changes nothing.
 */
export async function seedDemonstrationRecognition(
  recognition: Recognition,
  achievements: readonly DemonstrationAchievement[],
): Promise<void> {
  const invented = { demonstration: true } as const;
  await recognition.ensureAuthority({
    ...{ ...invented, kind: "root", slug: root, name: "Council of the invented jurisdictions" },
    ...{ jurisdictionId: "ZZ", jurisdictionName: "the invented jurisdictions" },
  });
  const places = [
    {
      slug: "arvenia",
      name: "Arvenian Training Authority",
      jurisdictionId: "XA",
      jurisdictionName: "Arvenia",
    },
    {
      slug: "belmora",
      name: "Belmoran Board of Police Education",
      jurisdictionId: "XB",
      jurisdictionName: "Belmora",
    },
    {
      slug: "castellan",
      name: "Castellan Police Qualifications Office",
      jurisdictionId: "XC",
      jurisdictionName: "Castellan",
    },
  ];
  for (const place of places) {
    await recognition.ensureAuthority({ ...invented, ...place });
    await recognition.giveMandate(root, place.slug, { from });
  }
  for (const { issuerDid, issuerName } of achievements)
    await recognition.listIssuer("arvenia", { did: issuerDid, name: issuerName, from });
  for (const achievement of achievements) await decide(recognition, achievement);
}

async function decide(recognition: Recognition, achievement: DemonstrationAchievement): Promise<void> {
  const { achievementId, issuerDid, title } = achievement;
  const subject = { achievementId, issuerDid, title };
  if (!(await recognition.hasDecided("belmora", subject)))
    await recognition.grant({ authority: "belmora", decidedBy: "Board of Police Education" }, subject, {
      recognisedAs: "Belmoran Certificate in Policing Ethics",
      localLevel: "Belmoran Qualifications Level 4",
      equivalence: "partial",
      compensationMeasure: "An interview of 60 minutes on the Belmoran Police Act, chapters 2 and 5",
      legalBasis: "Belmoran Police Training Act, article 14 (invented law)",
      from,
      until: Date.UTC(2031, 0, 1),
    });
  if (!(await recognition.hasDecided("castellan", subject)))
    await recognition.refuse(
      { authority: "castellan", decidedBy: "Police Qualifications Office" },
      subject,
      "Castellan law asks for 40 hours on its own constitution, which the programme does not have (invented law)",
    );
}
