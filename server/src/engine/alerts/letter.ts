import Handlebars from 'handlebars'
import type { Message } from './message.ts'

/** A message as mail: the same words as plain text and as a page. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const own = Handlebars.create()

const plain = own.compile<Message>(
  `{{lead}}

{{#each paragraphs}}{{this}}

{{/each}}{{#each facts}}{{name}}: {{value}}
{{/each}}
{{link.label}}: {{link.url}}

--
{{footer}}
`,
  { noEscape: true, strict: true, preventIndent: true },
)

// Tables and inline styles: what mail programs understand. Colours keep their contrast on white and on black.
const page = own.compile<Message & { readonly direction: string; readonly colour: string }>(
  `<!doctype html>
<html lang="{{language}}" dir="{{direction}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{subject}}</title></head>
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5">
<table role="presentation" style="max-width:640px;margin:0 auto;border-inline-start:6px solid {{colour}};padding-inline-start:16px">
<tr><td>
<p style="font-size:20px;font-weight:600;margin:0 0 16px">{{lead}}</p>
{{#each paragraphs}}<p style="margin:0 0 12px">{{this}}</p>
{{/each}}
<table role="presentation" style="font-size:14px;margin:16px 0">
{{#each facts}}<tr><td style="padding:2px 16px 2px 0;font-weight:600">{{name}}</td><td style="padding:2px 0">{{value}}</td></tr>
{{/each}}
</table>
<p style="margin:16px 0"><a href="{{link.url}}">{{link.label}}</a></p>
<p style="font-size:13px;margin:24px 0 0">{{footer}}</p>
</td></tr>
</table>
</body>
</html>
`,
  { strict: true },
)

const colours = { INFO: '#3b6fb6', WARNING: '#b7791f', CRITICAL: '#c53030' } as const
const calm = '#2f855a'

export function letterOf(message: Message): Letter {
  const direction = message.language === 'ar' ? 'rtl' : 'ltr'
  const colour = message.resolved ? calm : colours[message.severity]
  return { subject: message.subject, text: plain(message), html: page({ ...message, direction, colour }) }
}
