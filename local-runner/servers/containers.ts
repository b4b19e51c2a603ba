import type { ComposeServices } from './docker.ts'
import { startGuardian } from './guardian.ts'
import { takeLock } from './lock.ts'
import { withProgress } from './with-progress.ts'

export interface ContainerOptions {
  readonly compose: ComposeServices
  readonly projectDirectory: string
  readonly dataDirectory: string
  readonly services: readonly string[]
  readonly say: (line: string) => void
}

export interface Containers {
  readonly description: readonly string[]
  /** Stops the containers that were started here, and keeps their data. */
  readonly stop: () => Promise<void>
}

const PORTS = new Map([
  ['zookeeper', 2181],
  ['kafka', 9092],
  ['redis', 6379],
])

/** Starts services of the compose file. They are stopped at the end, also when this process is killed; what ran before stays. */
export async function startContainers(options: ContainerOptions): Promise<Containers> {
  const { compose, projectDirectory, dataDirectory, services, say } = options
  await takeLock(dataDirectory, say)
  const guardian = startGuardian(dataDirectory)
  try {
    const before = await compose.running(services)
    const ours = services.filter((service) => !before.includes(service))
    if (ours.length > 0) {
      guardian.atEnd({ name: 'containers', directory: projectDirectory, ...compose.stopCommand(ours) })
    }
    await withProgress(say, `Starting the containers ${services.join(', ')}`, compose.up(services))
  } catch (error) {
    await guardian.stop()
    throw error
  }
  const description = services.map((name) => `${name} on localhost:${PORTS.get(name)} (container)`)
  return { description, stop: guardian.stop }
}
