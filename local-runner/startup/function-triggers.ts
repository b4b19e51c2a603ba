import type { Health } from '../health/health.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { createSchedule } from '../schedules/schedule.ts'
import { createMappings, type Mappings, type MappingsDeps } from './create-mappings.ts'
import { createKeyedParts } from './keyed-parts.ts'

export interface FunctionTriggersDeps extends Omit<MappingsDeps, 'definition'> {
  readonly definition: () => FunctionDefinition
  /** Epoch ms. */
  readonly now: () => number
}

type KafkaTrigger = FunctionDefinition['triggers']['kafka'][number]
type ScheduleTrigger = FunctionDefinition['triggers']['schedule'][number]

/** One mapping; its health check goes when it stops. */
function createMapping(deps: FunctionTriggersDeps, trigger: KafkaTrigger): Mappings {
  const definition = deps.definition()
  const checks: (() => void)[] = []
  const setCheck: Health['setCheck'] = (name, check) => {
    const remove = deps.setCheck(name, check)
    checks.push(remove)
    return remove
  }
  const triggers = { ...definition.triggers, kafka: [trigger] }
  const mapping = createMappings({ ...deps, definition: { ...definition, triggers }, setCheck })
  return {
    ...mapping,
    stop: async () => {
      await mapping.stop()
      for (const remove of checks) remove()
    },
  }
}

/** What invokes a function besides its port. A trigger that a new definition leaves as it is goes on undisturbed. */
export function createFunctionTriggers(deps: FunctionTriggersDeps) {
  const mappings = createKeyedParts((trigger: KafkaTrigger) => createMapping(deps, trigger))
  const schedules = createKeyedParts((trigger: ScheduleTrigger) =>
    createSchedule({ ...deps, functionName: deps.definition().name, trigger }),
  )
  return {
    mappings: () => mappings.all(),
    /** Stops those that the definition has no more. */
    retain: async () => {
      const { kafka, schedule } = deps.definition().triggers
      await Promise.all([mappings.retain(kafka), schedules.retain(schedule)])
    },
    /** Adds those that are new in the definition. */
    add: () => {
      const { kafka, schedule } = deps.definition().triggers
      mappings.add(kafka)
      schedules.add(schedule)
    },
    startMappings: mappings.start,
    startSchedules: schedules.start,
    stopMappings: mappings.stop,
    stopSchedules: schedules.stop,
  }
}
