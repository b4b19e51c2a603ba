import { type Manifest, parseManifest } from '../manifest/manifest.ts'
import type { Builder } from '../reload/builder.ts'
import { coalesceChecks } from '../reload/coalesce-checks.ts'

export interface FollowSettingsDeps {
  readonly builder: Pick<Builder, 'readProject' | 'writeManifest'>
  /** Resolves to the reasons why a part goes on as it was. */
  readonly apply: (next: Manifest) => Promise<readonly string[]>
  /** Of each function that runs, by name. */
  readonly buildIdOf: (name: string) => string | undefined
  readonly print: (line: string) => void
}

export interface SettingsFollower {
  /** Call it after each save. @param changed paths of settings */
  readonly noteSave: (changed: readonly string[]) => void
  /** Takes up what has changed since the build; before this nothing is taken up. */
  readonly begin: () => void
  /** Finishes what it is taking up. */
  readonly stop: () => Promise<void>
}

const HANDLER = 'index.handler'
const ENV_FILE = '.env'
const OWN_VARIABLES =
  '.env changed: functions get its values now; the runner reads its own variables, such as PORT_OFFSET, at the start only.'

/** Takes up function.json and the like after a save. What is wrong is printed once, and tried again at each save. */
export function createSettingsFollower(deps: FollowSettingsDeps): SettingsFollower {
  const { builder, apply, buildIdOf, print } = deps
  let isOpen = false
  let lastFailure: string | undefined

  async function takeUp(): Promise<readonly string[]> {
    try {
      const { functions, topics, api } = await builder.readProject()
      const withBuild = () =>
        functions.map((one) => ({ ...one, handler: HANDLER, buildId: buildIdOf(one.name) ?? '' }))
      const failures = await apply(parseManifest({ functions: withBuild(), topics, api }))
      if (failures.length === 0) await builder.writeManifest({ functions: withBuild(), topics, api })
      return failures
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    }
  }

  const check = coalesceChecks(async () => {
    if (!isOpen) return
    const failures = await takeUp()
    const failure = failures.length === 0 ? undefined : failures.join('\n')
    if (failure !== undefined && failure !== lastFailure) {
      print(`Not taken up: ${failure}\nWhat runs goes on as it was; the next save is tried again.`)
    }
    if (failure === undefined && lastFailure !== undefined) print('All settings are taken up again.')
    lastFailure = failure
  })

  return {
    noteSave: (changed) => {
      if (changed.includes(ENV_FILE)) print(OWN_VARIABLES)
      if (changed.length > 0 || lastFailure !== undefined) void check()
    },
    begin: () => {
      isOpen = true
      void check()
    },
    stop: async () => {
      isOpen = false
      await check()
    },
  }
}
