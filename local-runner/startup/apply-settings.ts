import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from '../manifest/manifest.ts'
import type { Builder, BuiltFunction } from '../reload/builder.ts'
import type { FunctionEnvironment } from './create-function-environment.ts'
import { type AppliedFunction, changedKeys, planSettings, type SettingsPlan } from './plan-settings.ts'
import { triggersOf } from './ready-screen.ts'
import type { RunningFunctions } from './running-functions.ts'
import { sendSeed } from './seed.ts'
import type { RunningFunction } from './start-function.ts'

export interface ApplySettingsDeps {
  /** What runs. */
  readonly first: Manifest
  readonly functions: RunningFunctions
  readonly buildFunction: Builder['buildFunction']
  readonly variablesOf: FunctionEnvironment
  /** Creates those that are missing. */
  readonly ensureTopics: (topics: Manifest['topics']) => Promise<void>
  readonly print: (line: string) => void
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const startedText = (running: RunningFunction) => {
  const definition = running.definition()
  const triggers = triggersOf(definition, running.port() - definition.port)
  return `Function "${definition.name}" is started at http://localhost:${running.port()}: ${triggers.join(', ')}.`
}

/** @returns a function that brings what runs to what a manifest says, and resolves to the reasons why a part goes on as it was */
export function createApplySettings(deps: ApplySettingsDeps): (next: Manifest) => Promise<readonly string[]> {
  const { first, functions, variablesOf, print } = deps
  const applied = new Map<string, AppliedFunction>(
    first.functions.map((one) => [one.name, { definition: one, variables: variablesOf(one) }]),
  )
  const seeds = new Map(first.functions.map(({ name, seed }) => [name, seed]))
  let { api, topics } = first
  let failures: string[] = []

  async function attempt(name: string, work: () => Promise<unknown>) {
    try {
      await work()
    } catch (error) {
      failures.push(`function "${name}": ${textOf(error)}`)
    }
  }

  async function applyTopics(next: Manifest['topics']) {
    if (isDeepStrictEqual(topics, next)) return
    await deps.ensureTopics(next)
    for (const topic of topics) {
      const { name } = topic
      const same = next.find((one) => one.name === name)
      if (same === undefined) print(`The topic ${name} stays, with its records: no file deletes a topic.`)
      else if (!isDeepStrictEqual(same, topic))
        print(`The topic ${name} stays as it is: what topics.json says counts when a topic is created.`)
    }
    topics = next
  }

  async function buildAll({ changed, added }: SettingsPlan): Promise<ReadonlyMap<string, BuiltFunction>> {
    const builds = new Map<string, BuiltFunction>()
    await Promise.all(
      [...changed, ...added].map(({ definition: { name } }) =>
        attempt(name, async () => builds.set(name, await deps.buildFunction(name))),
      ),
    )
    return builds
  }

  async function remove(name: string) {
    await functions.remove(name)
    applied.delete(name)
    seeds.delete(name)
    print(`Function "${name}" is gone: its port is closed, and its triggers have ended.`)
  }

  /** @returns the names of the functions that run with new settings */
  async function start(plan: SettingsPlan, nextApi: Manifest['api']): Promise<ReadonlySet<string>> {
    const started = new Set<string>()
    const builds = await buildAll(plan)
    // Their ports and consumer groups are free then for those that follow.
    for (const name of plan.removed) await remove(name)
    for (const one of [...plan.changed, ...plan.added]) {
      const { name } = one.definition
      const built = builds.get(name)
      if (built === undefined) continue
      const definition = { ...one.definition, buildId: built.bundle.buildId }
      const before = applied.get(name)
      await attempt(name, async () => {
        const running = await functions[before ? 'replace' : 'start']({ definition, api: nextApi, built })
        applied.set(name, { ...one, definition })
        started.add(name)
        print(
          before
            ? `Function "${name}" has new settings: ${changedKeys(before, one).join(', ')}.`
            : startedText(running),
        )
      })
    }
    // Last, as a consumer group may have moved from one function to another.
    for (const name of started) functions.get(name)?.startTriggers()
    return started
  }

  async function applyApi(next: Manifest['api'], started: ReadonlySet<string>) {
    if (api === next) return
    for (const name of applied.keys()) {
      if (!started.has(name)) await attempt(name, async () => functions.get(name)?.setApi(next))
    }
    api = next
    print('functions/api.json is applied.')
  }

  async function applySeeds(next: Manifest['functions']) {
    for (const { name, seed } of next) {
      const running = functions.get(name)
      if (running === undefined || isDeepStrictEqual(seeds.get(name) ?? [], seed)) continue
      await attempt(name, async () => {
        await sendSeed({ port: running.port(), requests: seed })
        seeds.set(name, seed)
      })
    }
  }

  return async (next) => {
    failures = []
    await applyTopics(next.topics)
    const plan = planSettings(applied, next, variablesOf)
    failures.push(...plan.failures)
    // One object while it says the same: what it is made into is shared.
    const nextApi = isDeepStrictEqual(api, next.api) ? api : next.api
    await applyApi(nextApi, await start(plan, nextApi))
    await applySeeds(next.functions)
    return failures
  }
}
