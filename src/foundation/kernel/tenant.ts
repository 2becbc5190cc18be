/** Whose row it is. Every stored row carries both, and both are in every unique key. */
export interface Tenant {
  readonly academyId: string;
  readonly jurisdictionId: string;
}

/** The owner of what belongs to the installation itself and to no academy: its keys, its not yet known platforms. */
export const installation: Tenant = { academyId: "installation", jurisdictionId: "installation" };
