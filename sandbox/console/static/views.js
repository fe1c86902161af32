// The pages, in the order of the menu. A page is one file in views/, added here: {name, key, title(), show};
// show(root, rest, frame) resolves to what ends the page.
import {catalogue} from './views/catalogue.js';
import {clock} from './views/clock.js';
import {docs} from './views/docs.js';
import {faults} from './views/faults.js';
import {merchant} from './views/merchant.js';
import {notifications} from './views/notifications.js';
import {orders} from './views/orders.js';
import {sign} from './views/sign.js';
import {traffic} from './views/traffic.js';

export const views = [traffic, orders, notifications, faults, clock, merchant, sign, catalogue, docs];
