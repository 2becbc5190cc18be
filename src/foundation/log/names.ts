/** The name of an installation's log: the host of its public origin and `/log`. */
export const logName = (origin: string): string => `${new URL(origin).host}/log`;

/** The name under which the installation of that log co-signs others' heads. */
export const witnessName = (log: string): string => log.replace(/\/log$/, "/witness");
