import type { HttpResponse } from '../http/response.ts'
import { eventInvokeConfig } from '../lambda/async-invocations/event-invoke-config.ts'
import { ACCOUNT_ID, functionArn, REGION } from '../lambda/environment-variables.ts'
import { resourceNotFound } from './api-error.ts'
import type { ApiFunction } from './api-function.ts'
import type { ReadFunctionCode } from './function-configuration.ts'
import type { FunctionName } from './function-name.ts'
import { epochSeconds, jsonAnswer } from './json-answer.ts'

const DEFAULTS = eventInvokeConfig.parse({})

export const noEventInvokeConfig = ({ name, qualifier = '$LATEST' }: FunctionName): HttpResponse =>
  resourceNotFound(`The function ${functionArn(name)}:${qualifier} doesn't have an EventInvokeConfig`)

const destinationOf = (one: { readonly destination: string } | undefined) =>
  one ? { Destination: one.destination } : {}

/** GetFunctionEventInvokeConfig. What has AWS's default counts as not configured. */
export async function getEventInvokeConfig(
  { definition }: ApiFunction,
  functionCode: ReadFunctionCode,
): Promise<HttpResponse> {
  const { name } = definition
  const { maximumRetryAttempts, maximumEventAgeInSeconds, destinationConfig } = definition.eventInvokeConfig
  const { onSuccess, onFailure } = destinationConfig
  const configured = {
    ...(maximumRetryAttempts !== DEFAULTS.maximumRetryAttempts && {
      MaximumRetryAttempts: maximumRetryAttempts,
    }),
    ...(maximumEventAgeInSeconds !== DEFAULTS.maximumEventAgeInSeconds && {
      MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
    }),
  }
  if (Object.keys(configured).length === 0 && onSuccess === undefined && onFailure === undefined) {
    return noEventInvokeConfig({ name, qualifier: undefined })
  }
  const { modifiedAtEpochMs } = await functionCode(name)
  return jsonAnswer({
    LastModified: epochSeconds(modifiedAtEpochMs),
    FunctionArn: `${functionArn(name)}:$LATEST`,
    ...configured,
    DestinationConfig: { OnSuccess: destinationOf(onSuccess), OnFailure: destinationOf(onFailure) },
  })
}

export const noPolicy = (): HttpResponse => resourceNotFound('The resource you requested does not exist.')

/** GetPolicy: what lets the HTTP API call a function that has routes. */
export function getPolicy({ definition }: ApiFunction): HttpResponse {
  const { name, triggers, buildId } = definition
  if (triggers.http.length === 0) return noPolicy()
  const Statement = {
    Sid: 'http-api',
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: functionArn(name),
    Condition: {
      ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:local/*/*` },
    },
  }
  return jsonAnswer({
    Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [Statement] }),
    RevisionId: buildId,
  })
}
