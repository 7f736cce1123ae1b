import { z } from 'zod'
import { behaviourChange } from './behaviour.ts'
import { fromForm, refuse } from './form.ts'
import type { LabAnswer, LabRequest } from './twin.ts'
import { json } from './twin.ts'
import type { WebhookControl } from './webhook-control.ts'
import { webhookControl } from './webhook-control.ts'

const resetBody = z.strictObject({ data: z.boolean().default(false) })

/** The lab's steering wheel, under `/_control`. Every body is checked; unknown vendors and knobs are refused. */
export function control(request: LabRequest, lab: WebhookControl): LabAnswer {
  const { desks, receivers, now } = lab
  // A page from elsewhere in the same browser must not steer the lab.
  if (request.headers['origin'] !== undefined) return refuse(403, 'FORBIDDEN', 'The control API is not for web pages.')
  const about = webhookControl(request, lab)
  if (about !== null) return about
  const [, , noun, slug] = request.path.split('/')
  const route = `${request.method} ${noun ?? ''}${slug === undefined ? '' : '/:slug'}`
  switch (route) {
    case 'GET vendors':
      return json(200, { vendors: desks.values().map((desk) => desk.view()) })
    case 'GET vendors/:slug':
    case 'PATCH vendors/:slug': {
      const desk = desks.get(slug ?? '')
      if (desk === undefined) return refuse(404, 'NOT_FOUND', `There is no vendor ${slug} in the lab.`)
      if (request.method === 'GET') return json(200, desk.view())
      const change = fromForm(behaviourChange, request)
      if ('refused' in change) return change.refused
      desk.change(change.value)
      return json(200, desk.view())
    }
    case 'POST reset': {
      const options = fromForm(resetBody, request)
      if ('refused' in options) return options.refused
      desks.reset(now, options.value.data)
      receivers.calm()
      return json(200, { vendors: desks.values().map((desk) => desk.view()) })
    }
    case 'GET effects/:slug': {
      const desk = desks.get(slug ?? '')
      return desk === undefined
        ? refuse(404, 'NOT_FOUND', `There is no vendor ${slug} in the lab.`)
        : json(200, { effects: desk.effects.list() })
    }
    case 'GET requests': {
      const wanted = request.query.get('vendor')
      const chosen = wanted === null ? desks.opened() : [desks.get(wanted)].filter((desk) => desk !== undefined)
      if (wanted !== null && chosen.length === 0)
        return refuse(404, 'NOT_FOUND', `There is no vendor ${wanted} in the lab.`)
      const requests = chosen.flatMap((desk) => desk.book.list()).sort((a, b) => (a.at < b.at ? 1 : -1))
      return json(200, {
        requests: requests.slice(0, 200),
        total: chosen.reduce((sum, desk) => sum + desk.book.total, 0),
        cut: chosen.reduce((sum, desk) => sum + desk.book.cut, 0),
      })
    }
    default:
      return refuse(
        404,
        'NOT_FOUND',
        'Try GET /_control/vendors, PATCH /_control/vendors/{slug}, POST /_control/reset, GET /_control/requests, GET /_control/effects/{slug}, GET /_control/scenarios, POST /_control/emit, GET /_control/emissions or GET /_control/receivers.',
      )
  }
}
