import type { StopList } from '../async/stop-list.ts'
import type { Builder } from '../reload/builder.ts'
import type { Reload } from '../reload/reload.ts'
import { type ApplySettingsDeps, createApplySettings } from './apply-settings.ts'
import { createSettingsFollower } from './follow-settings.ts'

export interface FollowProjectDeps extends Omit<ApplySettingsDeps, 'buildFunction'> {
  readonly builder: Builder
  readonly reload: Pick<Reload, 'watch'>
  readonly stops: StopList
}

/** Watches the files: code is followed at once, settings from `begin` on. */
export function followProject(deps: FollowProjectDeps): { readonly begin: () => void } {
  const { builder, functions, print } = deps
  const { begin, noteSave, stop } = createSettingsFollower({
    builder,
    apply: createApplySettings({ ...deps, buildFunction: builder.buildFunction }),
    buildIdOf: (name) => functions.get(name)?.definition().buildId,
    print,
  })
  const stopWatching = deps.reload.watch(noteSave)
  deps.stops.add('file watch', () => {
    stopWatching()
    return stop()
  })
  return { begin }
}
