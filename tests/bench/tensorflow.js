// Two networks layer for layer in TensorFlow.js, with the weights that tensorflow.py wrote: to compare speeds. Batch
// normalization is folded into the convolutions, as in the exported graphs. Shapes: (1, H, W, C).

/** Takes one weight after the other, in the order of the layers. */
const taker = (weights) => {
  let next = 0;
  return () => weights[next++];
};

/** PyTorch pads both sides alike, which "same" does not do with a stride of 2. */
const AROUND = [[0, 0], [1, 1], [1, 1], [0, 0]];

/** "Deep Residual Learning for Image Recognition", Section 4.2, n = 3, shortcuts of option A. */
function resnet20(tf, weights, pixels) {
  const take = taker(weights);
  const convolve = (x, strides, activation) => tf.fused.conv2d({ x, filter: take(), bias: take(), strides, pad: AROUND,
    activation });
  let x = convolve(tf.sub(tf.cast(pixels, 'float32'), take()), 1, 'relu');
  for (let block = 0; block < 9; block += 1) {
    const halve = block === 3 || block === 6;
    const branch = convolve(convolve(x, halve ? 2 : 1, 'relu'), 1, 'linear');
    if (halve) {
      const [, height, width, maps] = x.shape;
      x = tf.pad(tf.stridedSlice(x, [0, 0, 0, 0], [1, height, width, maps], [1, 2, 2, 1]), [[0, 0], [0, 0], [0, 0], [0, maps]]);
    }
    x = tf.relu(tf.add(branch, x));
  }
  return tf.softmax(tf.add(tf.matMul(tf.mean(x, [1, 2]), take()), take()));
}

/** "Gradient-Based Learning Applied to Document Recognition", Section II.B, up to the ten distances. */
function lenet5(tf, weights, pixels) {
  const take = taker(weights);
  const squash = (x) => tf.mul(1.7159, tf.tanh(tf.mul(2 / 3, x)));
  const convolve = (x) => squash(tf.fused.conv2d({ x, filter: take(), bias: take(), strides: 1, pad: 'valid',
    activation: 'linear' }));
  const subSample = (x) => squash(tf.add(tf.mul(tf.avgPool(x, 2, 2, 'valid'), take()), take()));
  let x = tf.pad(tf.cast(pixels, 'float32'), [[0, 0], [2, 2], [2, 2], [0, 0]]);
  x = tf.add(tf.mul(x, take()), take());
  x = convolve(subSample(convolve(subSample(convolve(x)))));
  const code = squash(tf.add(tf.matMul(tf.reshape(x, [1, -1]), take()), take()));
  return tf.sum(tf.square(tf.sub(code, take())), 1);
}

export const NETWORKS = {
  lenet5: { output: 'scores', build: lenet5 },
  resnet20: { output: 'probabilities', build: resnet20 },
};
