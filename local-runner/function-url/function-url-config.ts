import * as z from 'zod'

const names = z.array(z.string().max(1024)).max(100).default([])

const cors = z.strictObject({
  allowOrigins: z.array(z.string().min(1).max(253)).max(100).default([]),
  allowMethods: z
    .array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'PATCH', 'DELETE', '*']))
    .max(6)
    .default([]),
  allowHeaders: names,
  exposeHeaders: names,
  maxAge: z.int().min(0).max(86_400).optional().describe('seconds'),
  allowCredentials: z.boolean().default(false),
})

/** The function URL of a function.json, in AWS's names (AWS::Lambda::Url), and where it is served here. */
export const functionUrlConfig = z.strictObject({
  localPort: z.int().min(1).max(65_535).describe('Where the local runner serves the URL'),
  authType: z.enum(['NONE', 'AWS_IAM']).describe('The local runner asks for no signature'),
  invokeMode: z.enum(['BUFFERED', 'RESPONSE_STREAM']).default('BUFFERED'),
  cors: cors.optional(),
})

export type FunctionUrlConfig = z.output<typeof functionUrlConfig>
