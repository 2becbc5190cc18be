import { randomBytes } from "node:crypto";
import { z } from "zod";
import { SandboxError } from "./errors.js";
import type { Flavour } from "./flavour.js";

const classSize = 24;
const firstKeys = ["trainee-one", "trainee-two", "instructor", "administrator"];
/** In the order in which pages list them; the four that a person plays come first. */
const userKeys = [
  ...firstKeys,
  ...Array.from({ length: classSize - 2 }, (_, index) => `trainee-${index + 3}`),
];
export type UserKey = string;

export const userSchema = z.object({
  key: z.string().refine((key) => userKeys.includes(key)),
  /** The LTI `sub`. */
  id: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  mail: z.string(),
});
export type User = z.infer<typeof userSchema>;

/**
 * One user a key. Ids, names and mail addresses are canaries: long, random, lower-case hexadecimal, the same in every
 * encoding, so that a search of every byte finds each place that one has leaked to.
 */
export function createUsers(): User[] {
  return userKeys.map(createUser);
}

function createUser(key: UserKey): User {
  const canary = (): string => randomBytes(16).toString("hex");
  return {
    key,
    id: canary(),
    givenName: canary(),
    familyName: canary(),
    mail: `${canary()}@sandbox.invalid`,
  };
}

/** Those of an older file, with the ones that have come since. */
export function withAllUsers(known: unknown): unknown {
  if (!Array.isArray(known)) return known;
  const keys = new Set(known.map((user: unknown) => (user as { key?: unknown } | null)?.key));
  return [...(known as unknown[]), ...userKeys.filter((key) => !keys.has(key)).map(createUser)];
}

export const fullName = (user: User): string => `${user.givenName} ${user.familyName}`;

/** @throws SandboxError `sandbox_user_unknown` */
export function userOf(users: readonly User[], key: string | undefined): User {
  const user = users.find((one) => one.key === key);
  if (!user) throw new SandboxError("sandbox_user_unknown");
  return user;
}

/** Whether this is one of the four that the first page offers. */
export const isPlayed = ({ key }: User): boolean => firstKeys.includes(key);

/** Only trainees have grades. */
export const isTrainee = ({ key }: User): boolean => key.startsWith("trainee-");

/** Who may add content, copy a course and review work. */
export const mayTeach = (user: User): boolean => !isTrainee(user);

/** The number of a trainee who is only there to make the class a class. */
export const numberOf = ({ key }: User): string => key.replace("trainee-", "");

const lis = "http://purl.imsglobal.org/vocab/lis/v2";

/** LTI 1.3 Core A.2: as Moodle says them. */
export function rolesOf(user: User): string[] {
  if (isTrainee(user)) return [`${lis}/membership#Learner`];
  if (user.key === "instructor") return [`${lis}/membership#Instructor`];
  return [
    `${lis}/membership#Instructor`,
    `${lis}/system/person#Administrator`,
    `${lis}/institution/person#Administrator`,
  ];
}

/** As the roster says them: short names in Moodle's flavour, the context roles' URIs in Canvas's. */
export function rosterRolesOf(user: User, flavour: Flavour): string[] {
  const role = isTrainee(user) ? "Learner" : "Instructor";
  return [flavour === "moodle" ? role : `${lis}/membership#${role}`];
}
