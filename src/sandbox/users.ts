import { randomBytes } from "node:crypto";
import { z } from "zod";
import { SandboxError } from "./errors.js";

const userKeys = ["trainee-one", "trainee-two", "instructor", "administrator"] as const;
export type UserKey = (typeof userKeys)[number];

export const userSchema = z.object({
  key: z.enum(userKeys),
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
  const canary = (): string => randomBytes(16).toString("hex");
  return userKeys.map((key) => ({
    key,
    id: canary(),
    givenName: canary(),
    familyName: canary(),
    mail: `${canary()}@sandbox.invalid`,
  }));
}

export const fullName = (user: User): string => `${user.givenName} ${user.familyName}`;

/** @throws SandboxError `sandbox_user_unknown` */
export function userOf(users: readonly User[], key: string | undefined): User {
  const user = users.find((one) => one.key === key);
  if (!user) throw new SandboxError("sandbox_user_unknown");
  return user;
}

/** Only trainees have grades. */
export const isTrainee = ({ key }: User): boolean => key === "trainee-one" || key === "trainee-two";

const lis = "http://purl.imsglobal.org/vocab/lis/v2";

/** LTI 1.3 Core A.2: as Moodle says them. */
export function rolesOf({ key }: User): string[] {
  switch (key) {
    case "trainee-one":
    case "trainee-two":
      return [`${lis}/membership#Learner`];
    case "instructor":
      return [`${lis}/membership#Instructor`];
    case "administrator":
      return [
        `${lis}/membership#Instructor`,
        `${lis}/system/person#Administrator`,
        `${lis}/institution/person#Administrator`,
      ];
  }
}
