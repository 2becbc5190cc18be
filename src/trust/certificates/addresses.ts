/** The public addresses of this room's things. They stand in signed documents: never change them. */
export const certificateUrl = (origin: string, id: string): string => `${origin}/certificates/${id}`;
export const manifestUrl = (origin: string, id: string): string => `${certificateUrl(origin, id)}/evidence`;
export const achievementUrl = (origin: string, programmeId: string, version: string): string =>
  `${origin}/achievements/${programmeId}/v${version}`;
