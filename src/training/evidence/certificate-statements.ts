import { credentialIri, moduleIri } from "../../foundation/kernel/index.js";
import type { CertificateContext, DomainEvent } from "../../foundation/events/index.js";
import {
  academyGroup,
  activity,
  cycleEndId,
  instant,
  statement,
  statementId,
  traineeOf,
  type Json,
  type Parts,
  type Setting,
} from "./statement-parts.js";
import { activityTypes, credentialUsage, extensions, verbs } from "./vocabulary.js";

/** The id of the statement that a certificate's `certificate.issued` event gives. */
export function certifiedStatementId(issuedEventId: string, isRenewal: boolean): string {
  return statementId(issuedEventId, isRenewal ? "certified-renewal" : "certified");
}

export function certifiedStatement(event: DomainEvent<"certificate.issued">, setting: Setting): Json {
  const { data } = event;
  return statement(event, setting, {
    ...(data.renewal ? renewalParts(data.renewal, setting) : { template: "certified" }),
    verb: verbs.certified,
    object: credential(data, setting),
    registration: data.registration,
    team: academyGroup(setting),
    extensions: {
      [extensions.evidence]: data.evidence,
      [extensions.expires]: instant(data.expiresAt),
      [extensions.credentialRef]: data.credential,
    },
    attachments: [
      {
        usageType: credentialUsage,
        display: { en: "verifiable credential" },
        contentType: "application/vc",
        length: data.bytes,
        sha2: data.sha256,
        fileUrl: data.credential,
      },
    ],
  });
}

function renewalParts(
  { moduleId, before }: NonNullable<DomainEvent<"certificate.issued">["data"]["renewal"]>,
  setting: Setting,
): Pick<Parts, "template" | "other" | "about"> {
  return {
    template: "certified-renewal",
    other: [activity(moduleIri(moduleId), activityTypes.refresher, setting)],
    about: before,
  };
}

/** Nothing renewed it in time: the end of its cycle. */
export function certificateEndStatement(event: DomainEvent<"certificate.expired">, setting: Setting): Json {
  const { data } = event;
  return statement(event, setting, {
    template: "certification-expired",
    id: cycleEndId(data.registration),
    verb: verbs.expired,
    object: credential(data, setting),
    registration: data.registration,
    about: certifiedStatementId(data.issuedEventId, data.renewal === true),
    extensions: { [extensions.credentialRef]: data.credential },
  });
}

/** What the issuer did, then what became of the trainee's certificate. */
export function revokedStatements(event: DomainEvent<"certificate.revoked">, setting: Setting): Json[] {
  const { data } = event;
  const { registration, reason, issuedEventId } = data;
  const why = { [extensions.reasonCode]: reason, [extensions.credentialRef]: data.credential };
  return [
    statement(event, setting, {
      template: "certification-revoked",
      id: cycleEndId(registration),
      actor: academyGroup(setting),
      verb: verbs.revoked,
      object: traineeOf(setting),
      registration,
      grouping: [credential(data, setting)],
      about: certifiedStatementId(issuedEventId, data.renewal === true),
      extensions: why,
    }),
    statement(event, setting, {
      template: "certification-forfeited",
      id: statementId(cycleEndId(registration), "certification-forfeited"),
      verb: verbs.forfeited,
      object: credential(data, setting),
      registration,
      about: cycleEndId(registration),
      extensions: why,
    }),
  ];
}

function credential({ programmeId }: CertificateContext, setting: Setting): Json {
  return activity(credentialIri(programmeId), activityTypes.credential, setting);
}
