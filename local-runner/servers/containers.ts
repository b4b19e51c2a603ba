import type { ComposeServices } from './docker.ts'
import { startGuardian } from './guardian.ts'
import { takeLock } from './lock.ts'
import { withProgress } from './with-progress.ts'

export interface ContainerOptions {
  readonly compose: ComposeServices
  readonly projectDirectory: string
  readonly dataDirectory: string
  readonly services: readonly string[]
  readonly print: (line: string) => void
}

export interface Containers {
  readonly description: readonly string[]
  /** Stops the containers that were started here; their data stays. */
  readonly stop: () => Promise<void>
}

const PORTS = new Map([
  ['zookeeper', 2181],
  ['kafka', 9092],
  ['redis', 6379],
])

/** Starts services of the compose file. They stop at the end, even when this process is killed; those that ran before stay. */
export async function startContainers(options: ContainerOptions): Promise<Containers> {
  const { compose, projectDirectory, dataDirectory, services, print } = options
  await takeLock(dataDirectory, print)
  const guardian = startGuardian(dataDirectory)
  try {
    const before = await compose.running(services)
    const ours = services.filter((service) => !before.includes(service))
    if (ours.length > 0) {
      guardian.atEnd({ name: 'containers', directory: projectDirectory, ...compose.stopCommand(ours) })
    }
    await withProgress(print, `Starting the containers ${services.join(', ')}`, compose.up(services))
  } catch (error) {
    await guardian.stop()
    throw error
  }
  const description = services.map((name) => `${name} on localhost:${PORTS.get(name)} (container)`)
  return { description, stop: guardian.stop }
}
