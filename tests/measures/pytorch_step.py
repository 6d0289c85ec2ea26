"""Times a step of TensorFlow's tutorial, as Impasto's preset `tutorial` makes it, by PyTorch and cuDNN on an NVIDIA card.

    pip install torch numpy
    python3 pytorch_step.py --size 512

A step is VGG19 as far as block5_conv2 over a square picture, the Gram matrices of five layers, the content's loss, total
variation, the gradient to the pixels, Adam and clipping. It is recorded once and replayed as a graph, so that no time goes
to Python. Printed are the median of so many replays and the loss, in full f32 and with TF32's products of 10 bits.
"""

import argparse
import statistics
from pathlib import Path

import torch
import torch.nn.functional as F

from safetensors_file import read_tensors

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCKS = {1: 2, 2: 2, 3: 4, 4: 4, 5: 2}
STYLE = [f"block{block}_conv1" for block in BLOCKS]
CONTENT = "block5_conv2"
BGR_MEAN = (103.939, 116.779, 123.68)


class Network:
    """VGG19 as far as block5_conv2."""

    def __init__(self, path):
        tensors = read_tensors(path)
        self.filters = {}
        for layer in (f"block{block}_conv{n}" for block, count in BLOCKS.items() for n in range(1, count + 1)):
            weights = tensors[f"{layer}.weight.palette"][tensors[f"{layer}.weight.indices"]]
            bias = torch.tensor(tensors[f"{layer}.bias"]).cuda()
            self.filters[layer] = torch.tensor(weights).cuda(), bias
        self.mean = torch.tensor(BGR_MEAN).cuda()[None, :, None, None]

    def features(self, picture):
        """Of a picture 1 x 3 x height x width in [0, 1]: those of the layers with a loss."""
        x, found = picture.flip(1) * 255 - self.mean, {}
        for layer, (weights, bias) in self.filters.items():
            if layer.endswith("conv1") and layer != "block1_conv1":
                x = F.max_pool2d(x, 2)
            x = F.relu(F.conv2d(x, weights, bias, padding=1))
            if layer in STYLE or layer == CONTENT:
                found[layer] = x
        return found


def gram(features):
    """The Gram matrix over the number of positions."""
    rows = features.flatten(2)[0]
    return rows @ rows.T / rows.shape[1]


def total_variation(picture):
    """The sum of the differences of neighbours."""
    down, across = picture[:, :, 1:] - picture[:, :, :-1], picture[:, :, :, 1:] - picture[:, :, :, :-1]
    return down.abs().sum() + across.abs().sum()


class Step:
    """One step, recorded."""

    def __init__(self, network, size, channels_last):
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.network = network
        random = torch.Generator("cuda").manual_seed(0)
        content, style = (torch.rand(1, 3, size, size, device="cuda", generator=random) for _ in range(2))
        with torch.no_grad():
            self.grams = {layer: gram(features) for layer, features in network.features(style).items()}
            self.content = network.features(content)[CONTENT]
        self.picture = content.clone(memory_format=layout).requires_grad_()
        self.adam = torch.optim.Adam([self.picture], lr=0.02, betas=(0.99, 0.999), eps=0.1, capturable=True)
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.once()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.loss = self.once()

    def once(self):
        """The loss before the step."""
        self.adam.zero_grad(set_to_none=False)
        features = self.network.features(self.picture)
        style = sum(((gram(features[layer]) - self.grams[layer]) ** 2).mean() for layer in STYLE)
        content = ((features[CONTENT] - self.content) ** 2).mean()
        loss = 1e-2 / len(STYLE) * style + 1e4 * content + 30 * total_variation(self.picture)
        loss.backward()
        self.adam.step()
        with torch.no_grad():
            self.picture.clamp_(0, 1)
        return loss

    def seconds(self, replays):
        """The median of so many replays."""
        found = []
        for _ in range(replays):
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            self.graph.replay()
            end.record()
            torch.cuda.synchronize()
            found.append(begin.elapsed_time(end) / 1e3)
        return statistics.median(found)


def main():
    """Prints a line for each size and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, nargs="+", default=[128, 256, 512, 1024])
    parser.add_argument("--replays", type=int, default=20)
    parser.add_argument("--weights", type=Path, default=ROOT / "target/weights/vgg19.safetensors")
    arguments = parser.parse_args()
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}")
    torch.backends.cudnn.benchmark = True
    network = Network(arguments.weights)
    for size in arguments.size:
        for tf32 in (False, True):
            torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = tf32
            for channels_last in (False, True):
                step = Step(network, size, channels_last)
                seconds = step.seconds(arguments.replays)
                way = f"{'TF32' if tf32 else 'f32'}, {'channels last' if channels_last else 'channels first'}"
                print(f"{size:5} px  {way:22} {1e3 * seconds:9.3f} ms  loss {step.loss.item():.6g}", flush=True)


if __name__ == "__main__":
    main()
