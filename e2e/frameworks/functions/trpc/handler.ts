import { initTRPC } from '@trpc/server'
import { awsLambdaRequestHandler } from '@trpc/server/adapters/aws-lambda'
import * as z from 'zod'
import { greeting } from './greeting.ts'

const { router, procedure } = initTRPC.create()

export const handler = awsLambdaRequestHandler({
  router: router({
    user: procedure.input(z.object({ name: z.string() })).query(({ input }) => ({ greeting, ...input })),
    add: procedure.input(z.object({ name: z.string() })).mutation(({ input }) => ({ greeting, user: input })),
  }),
})
