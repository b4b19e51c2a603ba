import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, onTestFinished } from 'vitest'
import { createStopList } from '../../async/stop-list.ts'
import { createHealth } from '../../health/health.ts'
import { createJournal } from '../../journal/journal.ts'
import type { ApiFunction } from '../../lambda-api/api-function.ts'
import { readKeptChanges } from '../../lambda-api/kept-changes.ts'
import { readManifest } from '../../manifest/manifest.ts'
import { createBuilder } from '../../reload/builder.ts'
import { createPorts } from '../../servers/ports.ts'
import { ensureTopics } from '../../servers/topics.ts'
import { createScratchProject } from '../../testing/scratch-project.ts'
import { createFunctionEnvironment } from '../create-function-environment.ts'
import { startProject } from '../start-project.ts'

const ports = createPorts({ any: true })
const fail = (error: unknown) => {
  throw error
}

export const freePort = () => ports.take(0)

/** A scratch project as the runner runs it on a real Kafka: its functions started, its files followed. */
export async function startScratchProject(files: Readonly<Record<string, string>>) {
  const { root, save } = createScratchProject()
  rmSync(join(root, 'functions', 'tried'), { recursive: true })
  for (const [name, text] of Object.entries(files)) save(name, text)
  const newStopList = () => createStopList({ onError: (_, error) => fail(error) })
  const stops = newStopList()
  onTestFinished(stops.stopAll)
  const health = createHealth()
  const apiFunctions = new Map<string, ApiFunction>()
  const builder = createBuilder(root)
  const printed: string[] = []
  const print = (line: string) => void printed.push(line)
  const { record } = createJournal({ capacity: 1000, now: () => Date.now() })
  const kafkaBrokers = inject('kafkaBrokers')
  const built = await builder.build()
  const manifest = await readManifest(join(root, 'dist', 'manifest.json'))
  const createTopics = (topics: typeof manifest.topics) => ensureTopics(kafkaBrokers, topics, print)
  await createTopics(manifest.topics)
  const project = await startProject({
    manifest,
    built,
    builder,
    config: {
      environment: 'worker',
      host: '127.0.0.1',
      portOffset: 0,
      strictConcurrency: false,
      kafkaLogin: {},
    },
    projectDirectory: root,
    kafkaBrokers,
    variablesOf: createFunctionEnvironment({
      projectDirectory: root,
      ownVariables: new Map(),
      provided: new Map(),
    }),
    ensureTopics: createTopics,
    health,
    lambdaApi: async (_, response) => void response.end(),
    apiFunctions,
    keptChanges: await readKeptChanges({
      path: join(root, '.local', 'lambda-api.json'),
      now: () => Date.now(),
      print,
    }),
    stops,
    newStopList,
    record,
    onError: fail,
    print,
    signal: new AbortController().signal,
  })
  await project.startTriggers()
  project.followSettings()
  return {
    root,
    save,
    functions: project.functions,
    apiFunctions,
    printed,
    checks: async () => Object.keys((await health.report()).checks),
    /** Waits until a line has been printed that contains this text. */
    untilPrinted: (text: string) =>
      expect.poll(() => printed.join('\n'), { timeout: 20_000 }).toContain(text),
  }
}

/** The text of a function.json. */
export const definitionText = (name: string, port: number, more: object = {}) =>
  JSON.stringify({ name, port, timeout: 5, triggers: { http: ['GET /'] }, ...more })

/** The status and body of an answer; `refused` where nothing listens. */
export async function get(port: number, path = '/', headers: Readonly<Record<string, string>> = {}) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { connection: 'close', ...headers },
    })
    return `${response.status} ${await response.text()}`
  } catch {
    return 'refused'
  }
}
