import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ComposeServices } from './docker.ts'
import { takeLock } from './lock.ts'
import { lockPathIn, removeLock } from './lock-file.ts'
import { KAFKA_FOLDERS } from './native-kafka.ts'
import { REDIS_FOLDER } from './redis.ts'

export interface EmptyDataOptions {
  /** Absolute. */
  readonly dataDirectory: string
  /** Undefined when the servers do not run in containers. */
  readonly compose: Pick<ComposeServices, 'running' | 'empty'> | undefined
  /** Asks whether all of these may be deleted. */
  readonly confirm: (places: readonly string[]) => Promise<boolean>
  readonly print: (line: string) => void
}

/**
 * Deletes what Kafka and Redis keep: in the data directory what a server that was started here has written, and the volumes of
 * the containers. @throws Error when a runner uses the data, or the answer is no
 */
export async function emptyData({ dataDirectory, compose, confirm, print }: EmptyDataOptions): Promise<void> {
  await takeLock(dataDirectory, print)
  try {
    if (((await compose?.running(['runner'])) ?? []).length > 0) {
      throw new Error(
        'The runner of docker compose up uses the containers. Stop it first (docker compose stop runner).',
      )
    }
    const folders = [...KAFKA_FOLDERS, REDIS_FOLDER]
      .map((folder) => join(dataDirectory, folder))
      .filter((path) => existsSync(path))
    const places = [...folders, ...(compose ? ['the volumes of docker-compose.yml'] : [])]
    if (places.length === 0) return print(`There is no data in ${dataDirectory} yet`)
    if (!(await confirm(places))) {
      throw new Error('Nothing was deleted. npm start without --fresh goes on with the data.')
    }
    await compose?.empty()
    for (const path of folders) await rm(path, { recursive: true })
    print('Deleted the data of Kafka and Redis')
  } finally {
    removeLock(lockPathIn(dataDirectory))
  }
}
