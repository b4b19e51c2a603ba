/** Spelled as by Go's runtime, and therefore in Lambda's messages. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
}

/** How a process ended, in the words of `exited`; undefined for exit code 0. */
export function exitStatus(exitCode: number | null, signal: string | null): string | undefined {
  if (signal !== null) return `signal: ${SIGNALS[signal] ?? signal}`
  return exitCode === 0 || exitCode === null ? undefined : `exit status ${exitCode}`
}
