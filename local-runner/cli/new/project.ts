import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { readDefinitions, type WrittenDefinition } from '../../manifest/read-definitions.ts'
import type { NewFunction } from './new-arguments.ts'

/** What a new function has to fit into. */
export interface Project {
  readonly definitions: readonly WrittenDefinition[]
  /** The names in functions/topics.json. */
  readonly topics: readonly string[]
  /** What is in functions/ already. */
  readonly entries: readonly string[]
}

const FIRST_PORT = 8085
/** docker-compose.yml publishes the ports up to here. */
const LAST_PORT = 8099

const topicList = z.array(z.object({ name: z.string() }))

export async function readProject(root: string): Promise<Project> {
  const entries: string[] = []
  for await (const entry of glob('*', { cwd: join(root, 'functions') })) entries.push(entry)
  const topics = topicList.parse(JSON.parse(await readFile(join(root, 'functions', 'topics.json'), 'utf8')))
  return { definitions: await readDefinitions(root), topics: topics.map(({ name }) => name), entries }
}

/** @throws Error that says why the function does not fit, and what to do */
export function requireFits({ name, topics, routes }: NewFunction, project: Project): void {
  if (project.entries.includes(name)) {
    throw new Error(`functions/${name} is there already. Choose another name, or remove it first.`)
  }
  const unknown = topics.find((topic) => !project.topics.includes(topic))
  if (unknown !== undefined) {
    throw new Error(
      `There is no topic "${unknown}". functions/topics.json has ${project.topics.join(', ')}: choose one, or add yours there first.`,
    )
  }
  for (const [index, route] of routes.entries()) {
    const same = routes.slice(0, index).find((other) => withoutNames(other) === withoutNames(route))
    if (same !== undefined) throw new Error(`"${route}" and "${same}" are one route. Leave one out.`)
    for (const other of project.definitions) {
      const taken = other.triggers.http.find((key) => withoutNames(key) === withoutNames(route))
      if (taken !== undefined) {
        throw new Error(`The function "${other.name}" has the route "${taken}" already. Choose another path.`)
      }
    }
  }
  for (const group of topics.map((topic, index) => consumerGroup(name, topic, index))) {
    const owner = project.definitions.find(({ triggers }) =>
      triggers.kafka.some(({ consumerGroupId }) => consumerGroupId === group),
    )
    if (owner) {
      throw new Error(
        `The consumer group "${group}" is that of the function "${owner.name}". Choose another name.`,
      )
    }
  }
}

/** For API Gateway `/orders/{a}` and `/orders/{b}` are the same route. */
const withoutNames = (routeKey: string) => routeKey.replace(/\{[^}]*?(\+?)\}/g, '{$1}')

/** A consumer group is for one mapping only. */
export const consumerGroup = (name: string, topic: string, index: number): string =>
  index === 0 ? `${name}-service` : `${name}-${topic}-service`

export function nextPort({ definitions }: Project): number {
  const taken = new Set(
    definitions.flatMap(({ port, functionUrlConfig }) => [port, functionUrlConfig?.localPort]),
  )
  for (let port = FIRST_PORT; port <= LAST_PORT; port++) if (!taken.has(port)) return port
  throw new Error(
    `The ports ${FIRST_PORT} to ${LAST_PORT} are all taken. Free one in a function.json, or publish more in docker-compose.yml.`,
  )
}
