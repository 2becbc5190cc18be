/** Statements as types: xAPI 1.0.3 Data 2, and what 2.0 (IEEE 9274.1.1) adds. They describe what `validateStatement` accepts. */

/** Whose rules hold: xAPI 1.0.3, or 2.0 (IEEE 9274.1.1-2023). */
export type XapiVersion = "1.0.3" | "2.0.0";

type LanguageMap = Readonly<Record<string, string>>;
type Extensions = Readonly<Record<string, unknown>>;

interface Account {
  readonly homePage: string;
  readonly name: string;
}

interface Identifiers {
  readonly mbox?: string;
  readonly mbox_sha1sum?: string;
  readonly openid?: string;
  readonly account?: Account;
}

export interface Agent extends Identifiers {
  readonly objectType?: "Agent";
  readonly name?: string;
}

interface Group extends Identifiers {
  readonly objectType: "Group";
  readonly name?: string;
  readonly member?: readonly Agent[];
}

export type Actor = Agent | Group;

interface Verb {
  readonly id: string;
  readonly display?: LanguageMap;
}

interface InteractionComponent {
  readonly id: string;
  readonly description?: LanguageMap;
}

type InteractionType =
  | "true-false"
  | "choice"
  | "fill-in"
  | "long-fill-in"
  | "matching"
  | "performance"
  | "sequencing"
  | "likert"
  | "numeric"
  | "other";

interface ActivityDefinition {
  readonly name?: LanguageMap;
  readonly description?: LanguageMap;
  readonly type?: string;
  readonly moreInfo?: string;
  readonly interactionType?: InteractionType;
  readonly correctResponsesPattern?: readonly string[];
  readonly choices?: readonly InteractionComponent[];
  readonly scale?: readonly InteractionComponent[];
  readonly source?: readonly InteractionComponent[];
  readonly target?: readonly InteractionComponent[];
  readonly steps?: readonly InteractionComponent[];
  readonly extensions?: Extensions;
}

export interface Activity {
  readonly objectType?: "Activity";
  readonly id: string;
  readonly definition?: ActivityDefinition;
}

interface StatementRef {
  readonly objectType: "StatementRef";
  readonly id: string;
}

interface Score {
  /** -1 to 1 */
  readonly scaled?: number;
  readonly raw?: number;
  readonly min?: number;
  readonly max?: number;
}

interface StatementResult {
  readonly score?: Score;
  readonly success?: boolean;
  readonly completion?: boolean;
  readonly response?: string;
  /** ISO 8601 */
  readonly duration?: string;
  readonly extensions?: Extensions;
}

type OneOrMore<T> = T | readonly T[];

interface ContextActivities {
  readonly parent?: OneOrMore<Activity>;
  readonly grouping?: OneOrMore<Activity>;
  readonly category?: OneOrMore<Activity>;
  readonly other?: OneOrMore<Activity>;
}

/** 2.0 only (4.2.2.5.3). */
interface ContextAgent {
  readonly objectType: "contextAgent";
  readonly agent: Agent;
  readonly relevantTypes?: readonly string[];
}

/** 2.0 only (4.2.2.5.4). */
interface ContextGroup {
  readonly objectType: "contextGroup";
  readonly group: Group;
  readonly relevantTypes?: readonly string[];
}

export interface StatementContext {
  readonly registration?: string;
  readonly instructor?: Actor;
  readonly team?: Group;
  readonly contextActivities?: ContextActivities;
  readonly contextAgents?: readonly ContextAgent[];
  readonly contextGroups?: readonly ContextGroup[];
  readonly revision?: string;
  readonly platform?: string;
  readonly language?: string;
  readonly statement?: StatementRef;
  readonly extensions?: Extensions;
}

export interface Attachment {
  readonly usageType: string;
  readonly display: LanguageMap;
  readonly description?: LanguageMap;
  readonly contentType: string;
  /** bytes */
  readonly length: number;
  readonly sha2: string;
  readonly fileUrl?: string;
}

interface StatementCore {
  readonly actor: Actor;
  readonly verb: Verb;
  readonly result?: StatementResult;
  readonly context?: StatementContext;
  readonly timestamp?: string;
  readonly attachments?: readonly Attachment[];
}

export interface SubStatement extends StatementCore {
  readonly objectType: "SubStatement";
  readonly object: Activity | Actor | StatementRef;
}

export interface Statement extends StatementCore {
  readonly id?: string;
  readonly object: Activity | Actor | StatementRef | SubStatement;
  readonly stored?: string;
  readonly authority?: Actor;
  readonly version?: string;
}
