/** The public addresses of this room's things. They stand in signed documents: never change them. */
export const authoritiesPath = "authorities";
export const authorityUrl = (origin: string, slug: string): string => `${origin}/${authoritiesPath}/${slug}`;
export const recognitionUrl = (origin: string, id: string): string => `${origin}/recognitions/${id}`;
export const recognitionListUrl = (origin: string): string => `${origin}/recognitions.json`;
export const issuerListUrl = (origin: string): string => `${origin}/issuers.json`;
