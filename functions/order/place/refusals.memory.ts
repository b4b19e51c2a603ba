import type { Refusals } from './refusals.ts'

export interface MemoryRefusals extends Refusals {
  readonly freeze: (frozen: boolean) => Promise<void>
}

export function createMemoryRefusals(): MemoryRefusals {
  const reasons = { frozen: false, backlogSeconds: 0 }
  return {
    reasons: async () => ({ ...reasons }),
    reportBacklog: async (ageSeconds) => void (reasons.backlogSeconds = ageSeconds),
    clearBacklog: async () => void (reasons.backlogSeconds = 0),
    freeze: async (frozen) => void (reasons.frozen = frozen),
  }
}
