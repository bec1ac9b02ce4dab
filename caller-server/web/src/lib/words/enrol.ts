import type { DeviceRole, Text } from '../wire.ts';
import type { Words } from './words.ts';

/** What a manager reads of devices that come and go. */
export const enrol = {
  title: { zh: '等待登记的设备', en: 'Devices that wait to be enrolled' },
  intro: {
    zh: '请到设备前，读出它显示的六位数字，并核对它显示的服务器地址。',
    en: 'Go to the device, read the six digits that it shows, and look whether the server’s address that it shows is right.',
  },
  from: (address: string) => ({ zh: `来自 ${address}`, en: `from ${address}` }),
  left: (minutes: number) => ({ zh: `还有${minutes}分钟`, en: `${minutes} min left` }),
  digits: { zh: '设备显示的六位数字', en: 'Six digits shown by the device' },
  name: { zh: '设备名称', en: 'Name' },
  window: { zh: '窗口', en: 'Window' },
  choose_window: { zh: '请选择', en: 'Choose' },
  replace: (name: string) => ({ zh: `替换现有的 ${name}（其密钥立即作废）`, en: `Replace the present ${name} (its key opens nothing any more)` }),
  approve: { zh: '批准', en: 'Approve' },
  refuse: { zh: '拒绝', en: 'Refuse' },
  approved: (name: string) => ({ zh: `${name} 已登记，很快上线`, en: `${name} is enrolled and will be there in a moment` }),
  revoke: { zh: '撤销', en: 'Revoke' },
  revoke_sure: (name: string, reserved: number): Text => ({
    zh: `撤销 ${name}？它立即断开，密钥作废。${reserved > 0 ? `它备用的${reserved}个号码保留到今天结束：同名设备重新登记后，已打印的号仍可并入队列。` : ''}`,
    en: `Revoke ${name}? It is cut off at once and its key opens nothing any more.${reserved > 0 ? ` Its ${reserved} reserved numbers stay its own until the day ends: what it has printed can join the line once a device of this name is enrolled anew.` : ''}`,
  }),
  revoke_and_void: { zh: '撤销并作废备用号码', en: 'Revoke, and void its numbers' },
  revoked: (name: string) => ({ zh: `${name} 已撤销`, en: `${name} is revoked` }),
} satisfies Words;

/** How a device is called that has no name yet. */
export const plain_names: Record<DeviceRole, string> = { dispenser: 'dispenser', display: 'display', speaker: 'speaker', terminal: 'terminal' };
