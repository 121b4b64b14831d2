// Every sentence of the demos, in both languages, in one place. `{name}` is filled in by say().

import { sayer } from '../shared/say.js';

/** @typedef {import('../shared/say.js').Lang} Lang */

export const STRINGS = {
  // The frame
  networks: { en: 'Network', zh: '网络' },
  samples: { en: 'Or choose one of these', zh: '或者从下面挑一个' },
  backend: { en: 'Runs on', zh: '运行于' },
  'on-wasm': { en: 'WebAssembly, 1 thread', zh: 'WebAssembly，单线程' },
  'on-webgpu': { en: 'WebGPU', zh: 'WebGPU' },
  'took-wasm': { en: '{ms} ms on WebAssembly, 1 thread', zh: 'WebAssembly 单线程，{ms} 毫秒' },
  'took-webgpu': { en: '{ms} ms on WebGPU', zh: 'WebGPU，{ms} 毫秒' },
  private: {
    en: 'Everything is computed in your browser. What you draw, open or film never leaves it.',
    zh: '一切都在你的浏览器中计算，你画的、打开的、拍摄的都不会离开这台设备。',
  },
  idle: {
    en: 'Computed beforehand. Touch anything to run it here.',
    zh: '这是预先算好的结果，动手一试即可现场计算。',
  },
  loading: {
    en: 'Loading the network and its runtime. This takes a moment, the first time only.',
    zh: '正在载入网络和运行环境，只有第一次需要稍等片刻。',
  },
  retry: { en: 'Try again', zh: '重试' },
  'choose-again': { en: 'Choose another file', zh: '换一个文件' },
  dismiss: { en: 'Close this message', zh: '关闭提示' },

  // Drawing a digit
  'draw-pad': {
    en: 'Drawing pad for mouse, touch or pen. With the keyboard, choose a sample or an image file.',
    zh: '手写板，可用鼠标、手指或手写笔书写；使用键盘时，请选择样例或图片文件。',
  },
  'draw-here': { en: 'Draw a digit here', zh: '在这里写一个数字' },
  undo: { en: 'Undo', zh: '撤销' },
  clear: { en: 'Clear', zh: '清空' },
  file: { en: 'Image file…', zh: '图片文件……' },
  'reads-as': { en: '{network} reads', zh: '{network} 的回答' },
  'reads-nothing': { en: 'nothing yet', zh: '还没有' },
  'none-of-these': { en: 'None of these', zh: '都不像' },
  'how-sure': { en: 'with probability {chance}', zh: '概率 {chance}' },
  'how-sure-none': { en: 'none of these, with probability {chance}', zh: '都不像，概率 {chance}' },
  'then-comes': { en: 'next: {label}, {chance}', zh: '其次：{label}，{chance}' },
  announce: { en: '{network} reads {label}, probability {chance}.', zh: '{network} 认为是 {label}，概率 {chance}。' },
  'announce-none': { en: '{network}: none of the ten digits.', zh: '{network}：十个数字都不像。' },
  'announce-blank': { en: 'The pad is empty.', zh: '手写板是空的。' },
  class: { en: 'Digit', zh: '数字' },
  probability: { en: 'Probability', zh: '概率' },
  'bars-low': { en: 'The shorter the bar, the closer the match', zh: '条形越短，越相似' },
  'bars-high': { en: 'The further right, the more likely', zh: '越靠右，越可能' },
  'seen-title': { en: 'What the network sees', zh: '网络看到的' },
  'seen-alt': {
    en: 'The drawing after centring and scaling, {width} × {height} pixels',
    zh: '居中、缩放之后的图像，{width} × {height} 像素',
  },
  'code-title': { en: 'Its code, {layer}', zh: '它的编码（{layer}）' },
  'code-alt': {
    en: '{count} activations as a bitmap of {height} rows and {width} columns',
    zh: '{count} 个激活值排成 {height} 行 {width} 列的位图',
  },
  'prototype-title': { en: 'Prototype of {label}', zh: '{label} 的原型' },
  'prototype-alt': {
    en: 'The bitmap that stands for {label}; {differ} of {count} cells differ in sign from the code',
    zh: '代表 {label} 的位图；与编码符号不同的有 {differ} 格，共 {count} 格',
  },
  differ: { en: '{differ} of {count} cells differ', zh: '{count} 格中有 {differ} 格不同' },

  // What is on a picture
  camera: { en: 'Camera', zh: '摄像头' },
  'camera-stop': { en: 'Stop the camera', zh: '停止拍摄' },
  'from-camera': { en: 'What the camera sees', zh: '摄像头画面' },
  'own-picture': { en: 'Your picture', zh: '你的图片' },
  'small-title': { en: 'What the network sees: {side}\u00a0×\u00a0{side} pixels', zh: '网络看到的：{side}\u00a0×\u00a0{side} 像素' },
  'small-alt': { en: 'The picture reduced to {side} × {side} pixels', zh: '缩小到 {side} × {side} 像素的图片' },
  chances: { en: 'Probability of each class', zh: '各类别的概率' },
  branches: { en: 'How much each residual branch counts', zh: '各残差分支的倍数' },
  block: { en: 'Block {number}', zh: '第 {number} 块' },
  'at-pixels': { en: '{side} × {side} pixels', zh: '{side} × {side} 像素' },
  'all-sliders': { en: 'All', zh: '全部' },
  reset: { en: 'Reset', zh: '复原' },
  'announce-class': { en: '{network}: {label}, {chance}.', zh: '{network}：{label}，{chance}。' },
  'announce-no-picture': { en: 'There is no picture.', zh: '还没有图片。' },

  // Turning and squashing a digit
  'stage-title': {
    en: 'Drag the digit to move it, the knob to turn and scale it. The transformer samples along the grid; the thick edge '
      + 'becomes the top.',
    zh: '拖动数字可以移动它，拖动圆钮可以旋转和缩放。变换器沿网格采样，粗边成为结果的上边。',
  },
  'stage-alt': {
    en: 'The digit as both networks get it, {side} × {side} pixels, and the sampling grid over it. With the keyboard, '
      + 'use the sliders.',
    zh: '两个网络得到的数字（{side} × {side} 像素）和画在上面的采样网格；使用键盘时，请用滑块。',
  },
  distortion: { en: 'Or set it exactly', zh: '或者精确设定' },
  'straight-title': {
    en: 'What the transformer passes on: the grid made straight, {side} × {side} pixels',
    zh: '变换器交出的图像：把网格拉直，{side} × {side} 像素',
  },
  'straight-alt': {
    en: 'The digit as the transformer passes it on, {side} × {side} pixels',
    zh: '变换器交出的数字，{side} × {side} 像素',
  },
  turns: { en: 'Turn it all the way round', zh: '转一整圈看看' },
  'turns-computing': { en: 'Both networks are reading the digit at every angle…', zh: '两个网络正在逐个角度识别……' },
  'turns-nothing': { en: 'The pad is empty: draw a digit first.', zh: '手写板是空的，请先写一个数字。' },
  'turns-text': {
    en: 'Probability of {label} at every angle, all else as it is set. In training, digits were turned by up to {limit}° '
      + 'either way.',
    zh: '其他设置不变，各个角度下 {label} 的概率。训练时数字向两边最多转 {limit}°。',
  },
  'turns-beyond': { en: 'not in training', zh: '训练中没有' },
  'turns-holds': { en: '{network}: above 50\u00a0% from {low}° to {high}°.', zh: '{network}：{low}° 到 {high}° 之间超过 50%。' },
  'turns-always': { en: '{network}: above 50\u00a0% at every angle, from {low}° to {high}°.', zh: '{network}：从 {low}° 到 {high}°，任何角度都超过 50%。' },
  'turns-never': { en: '{network}: not above 50\u00a0% even upright.', zh: '{network}：正放时也没有超过 50%。' },

  // The objects in a micrograph
  'draw-new': { en: 'Or have a new one drawn, whose truth is known', zh: '也可以另画一幅，画出来的图有已知的正确答案' },
  'draw-membranes': { en: 'Membranes', zh: '细胞膜' },
  'draw-nuclei': { en: 'Nuclei', zh: '细胞核' },
  'draw-stained': { en: 'Stained cells', zh: '染色细胞' },
  drawn: { en: 'Drawn here just now by a program, number {seed}', zh: '刚刚由程序在这里画出，编号 {seed}' },
  'picture-size': { en: 'Size of the picture', zh: '图片尺寸' },
  'tile-show': { en: 'Show the tiles', zh: '显示图块' },
  'tile-choose': { en: 'Tiles of the picture', zh: '图片的图块' },
  'tile-number': { en: 'Tile {number} of {count}', zh: '第 {number} 个图块，共 {count} 个' },
  'tile-note': {
    en: 'Tile {number} of {count}: the network sees {side} × {side} pixels and answers for the {inner} × {inner} in the '
      + 'frame. Beyond its edge, the picture is mirrored.',
    zh: '第 {number} 个图块（共 {count} 个）：网络看到 {side} × {side} 像素，只对框内的 {inner} × {inner} 像素作答；图片边缘之外用镜像补足。',
  },
  look: { en: 'Show', zh: '显示' },
  'look-probability': { en: 'Probability', zh: '概率' },
  'look-objects': { en: 'Objects', zh: '对象' },
  'look-errors': { en: 'Errors', zh: '错误' },
  'look-change': { en: 'What changed', zh: '变化' },
  'legend-probability': { en: 'The warmer, the more probable: {label}', zh: '颜色越深，是{label}的概率越大' },
  'legend-objects': { en: 'Above the threshold: {label}', zh: '概率超过阈值，判为{label}' },
  'legend-errors': { en: 'Warm: wrongly taken for {label}. Blue: missed.', zh: '橙色：误判为{label}；蓝色：漏掉的部分' },
  'legend-change': {
    en: 'Against the network with all connections. Warm: gained. Blue: lost.',
    zh: '与连接齐全时相比，橙色是多出来的，蓝色是失去的',
  },
  threshold: { en: 'Threshold', zh: '阈值' },
  opacity: { en: 'Opacity', zh: '不透明度' },
  progress: { en: 'Tiles computed', zh: '已计算的图块' },
  measures: { en: 'Counted and measured at this threshold', zh: '在当前阈值下的计数与测量' },
  'measures-strange': {
    en: 'Counted at this threshold. The network was trained on other pictures, so nothing is right or wrong here.',
    zh: '在当前阈值下的计数。这个网络学的是另一类图像，因此这里无所谓对错。',
  },
  'map-alt': { en: 'The picture with the probability map over it: {label}', zh: '图片，上面叠着概率图：{label}' },
  objects: { en: 'Connected parts: {label}', zh: '连通区域：{label}' },
  'pixel-error': { en: 'Wrong pixels', zh: '判错的像素' },
  dice: { en: 'Dice coefficient', zh: 'Dice 系数' },
  answered: { en: 'Answer', zh: '网络的回答' },
  'as-set': { en: 'As set', zh: '当前设置' },
  uncut: { en: 'All connected', zh: '全部接通' },
  true: { en: 'True', zh: '真实' },
  'skip-finest': { en: 'Level 1, full resolution', zh: '第 1 级，全分辨率' },
  'skip-level': { en: 'Level {level}, 1/{part} of it', zh: '第 {level} 级，分辨率的 1/{part}' },
  'announce-objects': { en: '{network}: {count} connected parts, {label}.', zh: '{network}：{label}共 {count} 个连通区域。' },
  'announce-objects-error': {
    en: '{network}: {count} connected parts, {label}; {error} of the pixels are wrong.',
    zh: '{network}：{label}共 {count} 个连通区域，判错的像素占 {error}。',
  },

  // Two pictures compared
  first: { en: 'First', zh: '第一幅' },
  second: { en: 'Second', zh: '第二幅' },
  'pad-of': { en: '{which}. {pad}', zh: '{which}。{pad}' },
  'write-here': { en: 'Draw here', zh: '写在这里' },
  'seen-both': {
    en: 'What the network sees of both: {width} × {height} pixels',
    zh: '网络看到的两幅图：{width} × {height} 像素',
  },
  'seen-of': { en: '{which}, as the network sees it', zh: '网络看到的{which}' },
  'says-of-both': { en: '{network}: the network says', zh: '{network}网络的判断' },
  'says-nothing': { en: 'nothing yet', zh: '还没有结论' },
  below: { en: 'energy {energy}, below the threshold', zh: '能量 {energy}，低于阈值' },
  above: { en: 'energy {energy}, above the threshold', zh: '能量 {energy}，高于阈值' },
  energy: { en: 'Energy of the pair, and in blue of the gallery', zh: '这一对的能量；蓝色的是图库各图' },
  'threshold-value': { en: '{threshold}: {answer}', zh: '{threshold}：{answer}' },
  gallery: { en: 'The gallery, nearest to the first picture first', zh: '图库，按与第一幅图的距离由近及远' },
  'gallery-press': {
    en: 'What is framed lies below the threshold. Choose a picture to make it the second.',
    zh: '加框的低于阈值。选一幅，就把它当作第二幅图。',
  },
  'gallery-item': { en: '{title}, energy {energy}', zh: '{title}，能量 {energy}' },
  'announce-pair': {
    en: '{answer}: energy {energy}, threshold {threshold}. Nearest in the gallery: {title}.',
    zh: '{answer}：能量 {energy}，阈值 {threshold}。图库中最近的是：{title}。',
  },
  'announce-half': { en: 'A picture is missing.', zh: '还缺一幅图。' },

  // Where are the objects on a picture
  views: { en: 'What is drawn on the picture', zh: '在图上画出' },
  'view-detections': { en: 'Detections', zh: '检测结果' },
  'view-proposals': { en: 'Region proposals', zh: '候选区域' },
  'view-anchors': { en: 'Anchors', zh: '锚框' },
  'view-objectness': { en: 'Objectness', zh: '物体性得分' },
  'scene-label': {
    en: 'The picture. With the arrow keys, or by a click or a tap, choose a detection or a position on it.',
    zh: '图片。用方向键、鼠标或手指，选择图上的检测结果或位置。',
  },
  'hint-detections': {
    en: 'Choose a box on the picture or in the list. Dashed: the region proposal that it was made from.',
    zh: '在图上或列表里选择一个框。虚线是它所依据的候选区域。',
  },
  'hint-proposals': {
    en: 'The region proposals that are likeliest to hold an object, whatever its class.',
    zh: '最可能含有物体的候选区域，不分类别。',
  },
  'hint-anchors': {
    en: 'The {count} anchors at one position. Choose another one on the picture, or with the arrow keys.',
    zh: '同一位置上的 {count} 个锚框。点选图上别处，或用方向键移动。',
  },
  'hint-objectness': {
    en: 'How likely it is that there is an object at an anchor, position by position.',
    zh: '各个位置上，锚框的物体性得分。',
  },
  'top-proposals': { en: 'The best {count}', zh: '前 {count} 个' },
  'which-anchor': { en: 'Of which anchor', zh: '哪一个锚框' },
  'best-anchor': { en: 'the best of all at a position', zh: '每个位置上概率最高的' },
  'anchor-size': { en: '{width} × {height}', zh: '{width} × {height}' },
  'best-here': {
    en: 'At {x}, {y}: the likeliest of the anchors is {size} pixels, with an objectness of {chance}.',
    zh: '位置（{x}，{y}）：{size} 像素的锚框物体性得分最高，为 {chance}。',
  },
  'new-smear': { en: 'Draw a new smear', zh: '画一张新的血涂片' },
  'drawn-smear': { en: 'A blood smear, drawn just now', zh: '刚刚画出的血涂片' },
  truth: { en: 'Also show the true boxes', zh: '同时显示真实标注' },
  counted: { en: '{number} {name}', zh: '{name} {number} 个' },
  comma: { en: ', ', zh: '，' },
  'nothing-found': { en: 'nothing found', zh: '没有找到' },
  detections: { en: 'Detections, the surest first', zh: '检测结果，得分高的在前' },
  'roi-later': {
    en: 'What RoI pooling takes from the chosen box is shown here once the network has run.',
    zh: '网络运行之后，这里显示 RoI 池化从所选框中取出的特征。',
  },
  'roi-caption': {
    en: 'What RoI pooling hands to the detection head for “{name}, {score}”: {maps} maps of {height} × {width}.',
    zh: 'RoI 池化交给检测头的内容（{name}，{score}）：{maps} 张 {height} × {width} 的图。',
  },
  'announce-found': { en: 'Found: {found}.', zh: '找到：{found}。' },

  // The diagram's panel
  'panel-label': { en: '{title}: details and live feature maps', zh: '{title}：细节与实时特征图' },
  close: { en: 'Close', zh: '关闭' },
  source: { en: 'Source code of this block', zh: '这一模块的源代码' },
  'maps-loading': { en: 'Computing the feature maps…', zh: '正在计算特征图……' },
  'maps-caption': {
    en: '{maps} feature maps of {height} × {width} for the input above, computed just now in your browser.',
    zh: '当前输入在这一层的 {maps} 张 {height} × {width} 特征图，刚刚在你的浏览器中算出。',
  },
  'vector-caption': {
    en: '{count} values for the input above, computed just now in your browser.',
    zh: '当前输入在这一层的 {count} 个值，刚刚在你的浏览器中算出。',
  },
  'first-of': { en: ' This is the first of {number}.', zh: '这里显示的是 {number} 份中的第一份。' },
  'maps-alt': { en: '{caption} They lie between {low} and {high}.', zh: '{caption}取值在 {low} 与 {high} 之间。' },
  'maps-none': { en: 'This block has no feature maps to show.', zh: '这一模块没有可显示的特征图。' },

  // What can go wrong: the codes of errors.js
  manifest: {
    en: 'The description of this network could not be loaded. Try again, or reload the page.',
    zh: '无法载入这个网络的说明文件。请重试，或重新加载页面。',
  },
  'sample-missing': {
    en: 'This sample’s data are not on the server. Reload the page in case the site has just been updated, or '
      + 'choose another one.',
    zh: '服务器上找不到这个样例的数据。网站可能刚刚更新，请重新加载页面，或换一个样例。',
  },
  'model-missing': {
    en: 'The network’s file is not on the server. Reload the page in case the site has just been updated, '
      + 'then try again.',
    zh: '服务器上找不到网络的模型文件。网站可能刚刚更新，请重新加载页面后再试。',
  },
  'model-damaged': {
    en: 'The network’s file arrived damaged and was not used. Try again; if it happens again, the copy on '
      + 'the server is damaged: come back later.',
    zh: '收到的模型文件已损坏，没有使用。请重试；如果仍然如此，就是服务器上的文件坏了，请过些时候再来。',
  },
  runtime: {
    en: 'The runtime that computes networks could not be started. Check that the browser allows WebAssembly, '
      + 'close other tabs to free memory, and try again.',
    zh: '负责计算的运行环境无法启动。请确认浏览器允许 WebAssembly，关闭一些标签页以腾出内存，然后重试。',
  },
  offline: {
    en: 'The network connection failed. Check that you are online, then try again.',
    zh: '网络连接失败。请检查是否已联网，然后重试。',
  },
  'wrong-numbers': {
    en: 'This browser computes other numbers than PyTorch did, so its results are not shown. Try again, or '
      + 'use another browser.',
    zh: '这个浏览器算出的数值与 PyTorch 不一致，因此不显示结果。请重试，或换一个浏览器。',
  },
  failed: {
    en: 'The network stopped unexpectedly. Try again; if it happens again, reload the page.',
    zh: '网络意外停止。请重试；如果仍然如此，请重新加载页面。',
  },
  'webgpu-unavailable': {
    en: 'WebGPU is not available in this browser. The demo goes on with WebAssembly.',
    zh: '这个浏览器不能使用 WebGPU，演示改用 WebAssembly 继续运行。',
  },
  'webgpu-numbers': {
    en: 'WebGPU computed wrong numbers on this device; the check before the first run caught it. The demo '
      + 'goes on with WebAssembly.',
    zh: '首次运行前的检查发现，WebGPU 在这台设备上算出的数值有误。演示改用 WebAssembly 继续运行。',
  },
  'webgpu-failed': {
    en: 'WebGPU could not run this network here. The demo goes on with WebAssembly.',
    zh: 'WebGPU 无法在这里运行这个网络，演示改用 WebAssembly 继续运行。',
  },
  'not-image': {
    en: 'This file is not a picture that the browser can open, or it is damaged. Choose a PNG, JPEG, WebP, GIF or SVG.',
    zh: '这个文件不是浏览器能打开的图片，或者已经损坏。请选择 PNG、JPEG、WebP、GIF 或 SVG 图片。',
  },
  'empty-file': {
    en: 'This file is empty. Choose another one.',
    zh: '这个文件是空的，请换一个。',
  },
  'too-large': {
    en: 'This picture is too large: more than 64 million pixels or 32 MB. Make it smaller and choose it again.',
    zh: '这张图片太大，超过了 6400 万像素或 32 MB。请缩小后再选。',
  },
  'camera-denied': {
    en: 'The browser does not let this page use the camera. Allow it in the address bar’s settings and try again, or '
      + 'choose a file.',
    zh: '浏览器没有允许本页使用摄像头。请在地址栏的设置中允许后重试，或选择图片文件。',
  },
  'camera-missing': {
    en: 'No camera can be used here. Choose a file or a sample instead.',
    zh: '这里没有可用的摄像头。请改选图片文件或样例。',
  },
  'no-ink': {
    en: 'There is no writing to be seen in this picture. Choose one with dark writing on light paper, or the '
      + 'other way round.',
    zh: '这张图片里看不到笔迹。请选择浅底深字或深底浅字的图片。',
  },
};

/** @typedef {keyof typeof STRINGS} Key */

export const say = sayer(STRINGS);

/**
 * The language of an element: its own or its nearest ancestor's; anything but Chinese is English.
 * @param {Element} element
 * @returns {Lang}
 */
export const langOf = (element) => (element.closest('[lang]')?.getAttribute('lang')?.startsWith('zh') ? 'zh' : 'en');
