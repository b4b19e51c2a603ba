import type { EventSourceMapping } from '../event-source-mapping/event-source-mapping.ts'
import type { ApiMapping } from '../lambda-api/api-function.ts'

export interface SwitchableMapping extends EventSourceMapping {
  /** Takes effect at once, but what is in flight is finished first. */
  readonly setEnabled: (enabled: boolean) => void
  readonly switchState: ApiMapping['state']
}

/** A mapping that can be disabled and enabled while the runner runs: each time it is another one, of the same group. */
export function createSwitchableMapping(
  create: (enabled: boolean) => EventSourceMapping,
  enabled: boolean,
): SwitchableMapping {
  let wanted = enabled
  let current = create(enabled)
  let isStarted = false
  let isStopped = false
  let lastStep: Promise<void> = Promise.resolve()
  const inTurn = (step: () => Promise<void> | void) => {
    lastStep = lastStep.then(step)
  }

  const change = async (next: boolean) => {
    await current.stop()
    current = create(next)
    if (isStarted && !isStopped) void current.start()
  }

  return {
    start: async () => {
      let joined: Promise<void> | undefined
      inTurn(() => {
        isStarted = true
        joined = current.start()
      })
      await lastStep
      await joined
    },
    stop: async () => {
      isStopped = true
      await lastStep
      await current.stop()
    },
    setEnabled: (next) => {
      if (next === wanted) return
      wanted = next
      inTurn(() => change(next))
    },
    switchState: () => {
      const { status } = current.state()
      if (!wanted) return status === 'disabled' ? 'Disabled' : 'Disabling'
      return status === 'polling' || status === 'rejoining' ? 'Enabled' : 'Enabling'
    },
    skipProblem: (place) => current.skipProblem(place),
    skip: (place) => current.skip(place),
    state: () => current.state(),
  }
}
