/** The public addresses of this room's things. They stand in signed documents: never change them. */
export const certificateUrl = (origin: string, id: string): string => `${origin}/certificates/${id}`;
export const manifestUrl = (origin: string, id: string): string => `${certificateUrl(origin, id)}/evidence`;
/** Where a key for tokens is: the `kid` of their header (OB 3.0 §8.2.2). */
export const tokenKeyUrl = (origin: string, slug: string, kid: string): string =>
  `${origin}/academies/${slug}/keys/${kid}`;
export const achievementUrl = (origin: string, programmeId: string, version: string): string =>
  `${origin}/achievements/${programmeId}/v${version}`;
