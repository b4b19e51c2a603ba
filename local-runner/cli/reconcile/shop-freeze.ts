import * as z from 'zod'
import type { Described } from './describe.ts'

const status = z.object({ isFrozen: z.boolean() })
const unfrozen = z.object({ wasFrozen: z.boolean() })

const askAll = (described: readonly Described[], step: string) =>
  Promise.all(described.map(({ reconciled }) => reconciled.ask(step)))

/** Whether orders or changes of stock are refused, by the switch or at a single SKU. */
export const isFrozen = async (described: readonly Described[]): Promise<boolean> =>
  (await askAll(described, 'status')).some((answer) => status.parse(answer).isFrozen)

export const freeze = async (described: readonly Described[]): Promise<void> =>
  void (await askAll(described, 'freeze'))

/** Resolves to whether all was frozen until now; it is not when Redis was emptied meanwhile. */
export const unfreeze = async (described: readonly Described[]): Promise<boolean> =>
  (await askAll(described, 'unfreeze')).every((answer) => unfrozen.parse(answer).wasFrozen)
