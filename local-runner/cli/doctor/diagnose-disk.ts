import type { DiskFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { megabytes } from './texts.ts'

/** Kafka ends itself and Redis refuses writes when there is none; a segment of Kafka's log alone may take 1 GB. */
const MIN_FREE_BYTES = 500_000_000

export function diagnoseDisk({ directory, freeBytes }: DiskFacts): readonly Finding[] {
  if (freeBytes >= MIN_FREE_BYTES) return []
  return [
    {
      cause: 'disk-full',
      what: `${megabytes(freeBytes)} are free on the disk of ${directory}, where Kafka and Redis keep their data`,
      fix: 'Free space there, or set RUNNER_DATA_DIR to a folder on another disk. With none left Kafka ends and Redis refuses writes: then start again (npm start). What takes space:',
      commands: [`du -sh ${directory}/*`],
    },
  ]
}
