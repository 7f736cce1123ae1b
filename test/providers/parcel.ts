/** Who sends and who gets the parcels that the cases of carriers share. */
export const sender = {
  name: 'Noor Atelier',
  company: 'Noor Atelier',
  line1: 'Al Quoz 3',
  city: 'Dubai',
  country: 'AE',
  phone: '+97143334455',
  email: 'orders@noor-atelier.example',
}
export const receiver = {
  name: 'Sara Al Otaibi',
  line1: 'King Fahd Road 12',
  city: 'Riyadh',
  postalCode: '12211',
  country: 'SA',
  phone: '+966501112233',
  email: 'sara@example.com',
}
