export interface Progress {
  readonly add: (records: number) => void
  readonly done: () => void
}

const SAY_EVERY_MS = 2_000

/** Says how far something is, every two seconds and at its end. */
export function createProgress(
  what: string,
  total: bigint,
  { print, elapsedMs }: { readonly print: (line: string) => void; readonly elapsedMs: () => number },
): Progress {
  let done = 0
  let saidAtMs = elapsedMs()
  return {
    add: (records) => {
      done += records
      if (elapsedMs() - saidAtMs < SAY_EVERY_MS) return
      saidAtMs = elapsedMs()
      print(`  ${what}: ${done} of ${total} records`)
    },
    done: () => print(`  ${what}: ${done} records`),
  }
}
