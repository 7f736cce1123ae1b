import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf('SOCIAL')

const words = z.object({
  id: z.string().describe('The vendor’s id of the comment or post.'),
  postId: text('The post it stands under, or in.'),
  authorId: text('The vendor’s id of who wrote it.'),
  authorName: text('As shown.'),
  text: text('What it says; null for a picture or a reaction.'),
  url: text('Where to read and answer it.'),
})
const said = {
  id: '17900000000000000',
  postId: '17890000000000000',
  authorId: '178414000',
  authorName: 'aisha.r',
  text: 'Does it come in blue?',
  url: 'https://social.example/p/1',
}

/** Talk about you on social networks. */
export const socialEvents = [
  define('social.comment', 'Somebody commented on a post of yours.', words, said),
  define('social.mention', 'Somebody named you in a post or comment.', words, said),
]
