import type { Config } from '../config/config.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Builder, BuiltFunction } from '../reload/builder.ts'
import { createReload } from '../reload/reload.ts'
import type { ApplySettingsDeps } from './apply-settings.ts'
import { followProject } from './follow-project.ts'
import {
  createRunningFunctions,
  type RunningFunctions,
  type RunningFunctionsDeps,
} from './running-functions.ts'
import { sendSeed } from './seed.ts'

export interface StartProjectDeps
  extends Omit<RunningFunctionsDeps, 'reload' | 'config'>, Pick<ApplySettingsDeps, 'ensureTopics' | 'print'> {
  readonly manifest: Manifest
  readonly config: RunningFunctionsDeps['config'] & Pick<Config, 'environment'>
  /** Undefined: dist/ is used as it is, and no file is followed. */
  readonly builder: Builder | undefined
  readonly built: readonly BuiltFunction[] | undefined
  /** Aborts the start. */
  readonly signal: AbortSignal
}

export interface StartedProject {
  readonly functions: RunningFunctions
  /** Starts mappings and schedules, and sends the seeds. Settles when every mapping has joined its group. */
  readonly startTriggers: () => Promise<void>
  /** From now on settings are followed, as code is from the start. */
  readonly followSettings: () => void
}

/** Starts the functions of a manifest, each on its port, and follows their files. */
export async function startProject(deps: StartProjectDeps): Promise<StartedProject> {
  const { manifest, projectDirectory, builder, built, config, record, print } = deps
  // Code that runs outside this process cannot be replaced from here.
  const reload =
    builder && config.environment !== 'external'
      ? createReload({ root: projectDirectory, record, print })
      : undefined
  const functions = createRunningFunctions({ ...deps, reload })
  const { api } = manifest
  await Promise.all(
    manifest.functions.map((definition) => {
      const ownBuild = built?.find(({ name }) => name === definition.name)
      return functions.start({ definition, api, built: ownBuild })
    }),
  )
  deps.signal.throwIfAborted()
  const following =
    builder && reload && followProject({ ...deps, first: manifest, functions, builder, reload })
  return {
    functions,
    startTriggers: async () => {
      const running = functions.all()
      await Promise.all(running.map(({ startMappings }) => startMappings()))
      await Promise.all(running.map(({ startSchedules }) => startSchedules()))
      await Promise.all(
        running.map(({ definition, port }) => sendSeed({ port: port(), requests: definition().seed })),
      )
    },
    followSettings: () => following?.begin(),
  }
}
