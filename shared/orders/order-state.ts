import * as z from 'zod'

export const orderState = z.enum(['RESERVING', 'ACCEPTED', 'CONFIRMED', 'CANCELLED', 'REJECTED', 'ABORTED'])
export type OrderState = z.infer<typeof orderState>
