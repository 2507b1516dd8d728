"""The doctor's findings in Korean, by code; the names in braces are those of the evidence."""

from __future__ import annotations

from typing import Final

from glassnet.glass.doctor.text import Text

KOREAN: Final = {
    "not-finite": Text(
        "유한하지 않은 값",
        "{batch}: 처음으로 nan이나 inf가 된 값은 {layer}의 {at} = {formula}입니다. 이 값을 만든 수 "
        "가운데 가장 큰 것은 {largest:.3g}입니다.",
        "여기서부터 모든 값이 nan이나 inf가 되고, 한 번 갱신하면 매개변수 전체로 퍼집니다.",
        "학습률을 10분의 1로 낮추고, 입력과 목표값을 −1에서 1 정도로 맞추고, 초깃값을 살펴보십시오. net.trace로 그곳에 "
        "이르는 수를 모두 볼 수 있습니다.",
    ),
    "parameter-not-finite": Text(
        "유한하지 않은 매개변수",
        "{batch}: {layer}의 {name}에 있는 수 {size}개 가운데 {count}개가 nan이나 inf입니다. 첫 위치는 {where}입니다.",
        "그 전의 갱신이 잘못되었습니다. 이제 어떤 출력도 계산할 수 없습니다.",
        "신경망을 새로 만들고 학습률을 10분의 1로 하여 학습하십시오. 콜백에 Doctor()를 넣어 두면 좋습니다.",
    ),
    "data-not-finite": Text(
        "데이터에 섞인 nan이나 inf",
        "{name}의 수 {size}개 가운데 {count}개가 nan이나 inf입니다. 처음 나타나는 곳은 {row}행 {column}열입니다.",
        "이런 수가 들어간 합은 모두 nan이 되고, 모든 가중치의 기울기도 nan이 됩니다.",
        "왜 생겼는지 알아본 뒤, 그 행을 빼거나 열의 평균 같은 값으로 바꾸십시오.",
    ),
    "inputs-unscaled": Text(
        "크기를 맞추지 않은 입력",
        "x의 {column}열은 제곱평균제곱근이 {rms:.3g}입니다(값은 {lowest:.3g}에서 {highest:.3g}, 평균은 {mean:.3g}). "
        "보통은 1 정도입니다.",
        "가중치의 초깃값과 흔히 쓰는 학습률은 입력이 −1에서 1 정도라고 보고 정한 것입니다. 그렇지 않으면 뉴런이 "
        "포화되거나, 한 걸음이 지나치게 길거나 짧아집니다.",
        "픽셀이라면 x / 255로 나누거나 fit(…, scaling='unit')을 쓰십시오. 표라면 훈련 데이터에서 구한 열의 평균을 빼고 "
        "표준편차로 나누십시오.",
    ),
    "targets-unscaled": Text(
        "크기를 맞추지 않은 목표값",
        "출력 {column}의 목표값은 제곱평균제곱근이 {rms:.3g}입니다({lowest:.3g}에서 {highest:.3g}까지, 평균 "
        "{mean:.3g}). 보통은 1 정도입니다.",
        "출력은 0 근처에서 시작합니다. 목표값이 이렇게 크면 제곱 오차의 기울기도 그만큼 커서 경사 하강법은 목표를 "
        "지나쳐 버리고, 한 걸음의 길이가 일정한 Adam은 목표에 닿지 못합니다.",
        "훈련 데이터의 평균을 빼고 표준편차로 나눈 목표값으로 학습하고, 예측값은 y * 표준편차 + 평균으로 되돌리십시오.",
    ),
    "constant-column": Text(
        "값이 변하지 않는 열",
        "x의 {column}열은 {rows}개 행에서 모두 {value:.3g}입니다({columns}개 열 가운데 이런 열이 {count}개).",
        "표본을 서로 구별해 주지 못하며, 그 가중치는 편향에 더해질 뿐입니다.",
        "그 열을 빼거나, 왜 변하지 않는지 알아보십시오.",
    ),
    "labels-off-by-one": Text(
        "0에서 시작하지 않는 레이블",
        "레이블은 {lowest}에서 {highest}까지인데, 출력 {n_classes}개는 클래스 0에서 {last}까지를 나타냅니다.",
        "첫 출력은 정답이 되는 일이 없고, 나머지는 하나씩 밀린 클래스를 배웁니다.",
        "모든 레이블에서 {lowest}만큼 빼고, 클래스 하나에 출력을 하나씩 두십시오.",
    ),
    "targets-shifted": Text(
        "한 행씩 밀린 목표값",
        "n행에 맞는 목표값이 n {by:+d}행에 있습니다. 가장 가까운 다른 행으로 답하면 {measure} 값이 그렇게 옮겼을 때 "
        "{moved:.3g}, t를 받은 그대로일 때 {as_given:.3g}입니다.",
        "표본마다 이웃한 행의 답을 배우게 되므로 공통으로 배울 것이 없습니다.",
        "제목 줄을 데이터로 읽었거나 x와 t를 따로 정렬하는 등 행이 어긋난 곳을 찾으십시오. np.roll(t, {back}, "
        "axis=0)을 하면 제자리로 돌아옵니다.",
    ),
    "class-missing": Text(
        "표본이 하나도 없는 클래스",
        "신경망의 클래스 {n_classes}개 가운데 {classes}에 속하는 행이 {rows}개 중 하나도 없습니다.",
        "신경망은 그 답을 절대 내지 않도록 배웁니다.",
        "레이블을 읽은 방법과 데이터를 나눈 방법을 확인하고, 모든 클래스의 표본을 넣거나 그 출력을 빼십시오.",
    ),
    "class-imbalance": Text(
        "클래스마다 크게 다른 표본 수",
        "클래스 {rare}에는 표본이 {rare_count}개, 클래스 {common}에는 {common_count}개로 {ratio:.3g}배입니다.",
        "드문 클래스를 한 번도 맞히지 못해도 손실은 낮고 정확도는 높을 수 있습니다.",
        "fit(…, class_weight='balanced')로 똑같이 치고, 정확도가 아니라 혼동 행렬로 판단하십시오.",
    ),
    "unshuffled": Text(
        "레이블 순서대로 놓인 표본",
        "이어지는 표본 사이에서 레이블(회귀라면 중앙값보다 큰지 작은지)이 {changes}번 바뀝니다. 무작위 순서라면 "
        "{expected:.0f}번쯤 바뀝니다(표본 {rows}개).",
        "배치마다 자기 클래스 쪽으로만 끌고 가서, 앞서 배운 것을 잊습니다.",
        "기본값인 fit(…, shuffle=True)를 쓰거나, 행을 한 번 섞으십시오.",
    ),
    "leak": Text(
        "훈련에 쓰인 검증 표본",
        "검증 행 {rows}개 가운데 {count}개({share:.0%})가 훈련 데이터에도 있습니다.",
        "이미 학습한 표본은 새로운 표본에 대해 아무것도 말해 주지 않습니다. 검증 결과가 실제보다 좋아 보입니다.",
        "데이터를 나누기 전에 중복된 행을 없애십시오.",
    ),
    "validation-unlike": Text(
        "크기가 다른 검증 입력",
        "입력의 제곱평균제곱근이 훈련 데이터에서는 {trained:.3g}, 검증 데이터에서는 {validated:.3g}로 {times:.3g}배 "
        "차이가 납니다.",
        "학습 때 본 적이 없는 크기의 입력을 묻는 셈이어서, 검증 결과로는 무엇을 배웠는지 알 수 없습니다.",
        "두 데이터를 같은 방법으로 만드십시오. 훈련 데이터에서 구한 평균과 표준편차를 양쪽에 똑같이 쓰십시오.",
    ),
    "softmax-twice": Text(
        "두 번 적용한 소프트맥스",
        "{layer} 앞에 이미 Softmax가 있어 확률이 들어옵니다. 클래스가 {n_classes}개이면 다시 얻는 확률의 "
        "최댓값은 {highest:.3g}, 교차 엔트로피의 최솟값은 {least:.3g}입니다.",
        "확률은 0과 1 사이에 있습니다. 이렇게 가까운 수에 소프트맥스를 다시 적용하면 거의 고른 분포가 됩니다.",
        "Softmax는 마지막 층에 하나만 두십시오. 손실 함수는 확률을 받으므로 더할 것이 없습니다.",
    ),
    "output-bounded": Text(
        "확신할 수 없는 출력",
        "{layer}의 입력은 {before}에서 나와 {low:.3g}에서 {high:.3g} 사이에 있습니다. 그래서 확률은 "
        "{lowest:.3g}에서 {highest:.3g}까지만 나옵니다.",
        "아무리 오래 학습해도 손실은 {least:.3g}보다 작아지지 않습니다.",
        "마지막 Dense와 출력 함수 사이에는 아무것도 두지 마십시오.",
    ),
    "softmax-of-one": Text(
        "출력이 하나인 소프트맥스",
        "수 하나에 소프트맥스를 적용하면 언제나 {output:g}입니다.",
        "기울기가 0이어서 아무것도 배울 수 없습니다.",
        "클래스가 둘이면 Sigmoid()로 끝내거나, 마지막 Dense의 출력을 클래스 수만큼 두십시오.",
    ),
    "batchnorm-of-one": Text(
        "표본 하나에 적용한 배치 정규화",
        "{layer}의 학습에 쓴 배치에는 행이 {batch_size}개뿐입니다. 행 하나에서 자신의 평균을 빼면 0이므로, 무엇이 "
        "들어와도 beta만 나옵니다.",
        "이 층보다 앞에 있는 층은 아무것도 배우지 못하고, 예측에 쓰는 이동 평균과 분산도 학습한 것과 맞지 않습니다.",
        "batch_size를 16 이상으로 하거나 BatchNorm()을 빼십시오.",
    ),
    "loss-mismatch": Text(
        "출력과 맞지 않는 손실 함수",
        "{layer} 뒤의 {loss}: 출력의 {outside:.0%}가 0과 1 사이를 벗어나고, 클래스에 대한 합은 평균 "
        "{row_sum:.3g}입니다. 모든 클래스에 1을 내면 손실이 {all_ones:.3g}, 정답을 내면 {right:.3g}입니다.",
        "교차 엔트로피는 출력을 확률로 읽습니다. 0과 1 밖에서는 잘려서 기울기가 없고, 소프트맥스가 없으면 "
        "틀린 클래스를 낮추는 힘이 없습니다.",
        "여러 클래스 중 하나라면 Softmax()와 categorical_cross_entropy, 예 또는 아니요라면 Sigmoid()와 "
        "binary_cross_entropy, 값이라면 출력 함수 없이 mean_squared_error를 쓰십시오.",
    ),
    "several-labels": Text(
        "소프트맥스에 준 다중 레이블",
        "t의 행 가운데 {share:.0%}는 합이 1이 아닙니다. {row}행의 합은 {sum:.3g}입니다. 그런데 {layer}의 출력은 합이 "
        "언제나 1입니다.",
        "소프트맥스는 확률 1을 클래스끼리 나누어 갖게 합니다. 정답이 둘이면 어느 쪽도 확신할 수 없고, 정답이 없어도 "
        "하나를 고르게 됩니다.",
        "여러 클래스가 동시에 정답일 수 있으면 Sigmoid()와 binary_cross_entropy로 끝내십시오. 정답이 하나라면 클래스 "
        "번호나 원-핫 행, 또는 합이 1인 비율을 주십시오.",
    ),
    "classes-as-values": Text(
        "회귀로 학습하는 분류",
        "t의 {rows}개 행은 모두 수 {n_out}개 가운데 하나만 1이고 나머지는 0입니다. 그런데 출력층이 "
        "{layer}, 손실 함수가 {loss}이면 값을 예측하게 되며, 출력의 {outside:.0%}가 0과 1 사이를 벗어납니다.",
        "제곱 오차는 맞으면서 1보다 큰 답에도 벌을 주고, 출력은 확률이 아니며, classify와 accuracy는 쓸 수 없습니다.",
        "Softmax()와 categorical_cross_entropy로 끝내십시오.",
    ),
    "targets-out-of-reach": Text(
        "출력이 닿을 수 없는 목표값",
        "목표값의 {share:.0%}가 {layer}의 범위인 {low:g}에서 {high:g} 밖에 있습니다. 목표값은 {lowest:.3g}에서 "
        "{highest:.3g}까지입니다.",
        "출력이 범위의 끝으로 밀려나는데, 그곳에는 기울기가 없습니다.",
        "회귀라면 출력 함수를 빼거나, 목표값을 그 범위로 맞추십시오.",
    ),
    "linear-layers": Text(
        "사이에 활성화 함수가 없는 층",
        "두 층이 바로 이어집니다: {first} → {second}. 둘을 합쳐도 계수가 {rank}인 선형 변환 하나이며, "
        "매개변수 {needed:,}개면 될 일에 {parameters:,}개를 씁니다.",
        "가중합의 가중합은 다시 가중합이므로, 앞의 층은 아무것도 더하지 못합니다.",
        "사이에 ReLU() 같은 활성화 함수를 넣거나, 층 하나를 빼십시오.",
    ),
    "dead-units": Text(
        "죽은 뉴런",
        "{layer}의 뉴런 {units}개 가운데 {dead}개가 {rows}개 행에서 모두 0을 냅니다. 첫째는 뉴런 {unit}이고, 가중합의 "
        "최댓값이 {largest:.3g}입니다.",
        "그곳에서는 ReLU의 기울기가 0입니다. 기울기가 전해지지 않아 저절로 되살아나지 않습니다.",
        "학습률을 낮추고, 편향을 0에서 시작하고, He 초깃값(init='he')을 쓰고, 입력의 크기를 맞추십시오. LeakyReLU()도 "
        "좋습니다.",
    ),
    "saturated-units": Text(
        "포화된 뉴런",
        "{layer}의 뉴런 {units}개 가운데 {saturated}개는 {rows}개 행에 대한 평균 기울기가 최댓값의 "
        "{flat:.0%}보다 작습니다. 가중합의 크기는 보통 {typical:.3g}입니다.",
        "시그모이드와 tanh가 평평한 곳에서는 앞 층으로 기울기가 거의 전해지지 않습니다.",
        "가중치의 초깃값을 작게 하고(init='xavier'), 입력의 크기를 맞추고, 학습률을 낮추십시오. ReLU()도 좋습니다.",
    ),
    "symmetric-units": Text(
        "모두 똑같은 뉴런",
        "{layer}의 뉴런은 {units}개이지만 서로 다른 것은 {distinct}개뿐입니다. 들어오고 나가는 가중치가 같습니다.",
        "같은 뉴런은 같은 기울기를 받아 영원히 같으므로, 하나와 다름없습니다.",
        "가중치를 무작위 초깃값(init='auto')에서 시작하십시오. 0은 편향에만 씁니다.",
    ),
    "vanishing-gradients": Text(
        "기울기 소실",
        "∂loss/∂Z의 제곱평균제곱근: {last_layer}에서 {last:.3g}, {layer}에서 {first:.3g}. "
        "{ratio:.3g}배밖에 되지 않습니다.",
        "뒤의 층이 어떻게 되든 앞의 층은 배우지 못합니다.",
        "ReLU()와 init='he', 더 큰 초깃값, 더 적은 층, 또는 활성화 함수 앞의 BatchNorm()을 써 보십시오.",
    ),
    "exploding-gradients": Text(
        "기울기 폭발",
        "∂loss/∂Z의 제곱평균제곱근: {last_layer}에서 {last:.3g}, {layer}에서 {first:.3g}. "
        "{ratio:.3g}배나 되고, 가중합은 {largest:.3g}까지 커집니다.",
        "한 번의 갱신으로 앞의 층이 걷잡을 수 없이 바뀝니다.",
        "더 작은 초깃값(init='he'나 'xavier'), 활성화 함수 앞의 BatchNorm(), 더 낮은 학습률을 써 보십시오.",
    ),
    "learning-rate-too-large": Text(
        "너무 큰 학습률",
        "초깃값에서 {steps}번 갱신할 때 손실의 변화: 학습률 {rate:g}이면 {start:.4g} → {at_rate:.4g}, "
        "학습률 {suggestion:g}이면 {start:.4g} → {at_suggestion:.4g}.",
        "걸음이 너무 길면 골짜기를 건너뛰어 시작한 곳보다 높은 곳에 닿습니다.",
        "learning_rate={suggestion:g} 정도로 바꾸어 보십시오.",
    ),
    "learning-rate-too-small": Text(
        "너무 작은 학습률",
        "초깃값에서 {steps}번 갱신할 때 손실의 변화: 학습률 {rate:g}이면 {start:.4g} → {at_rate:.4g}, "
        "학습률 {suggestion:g}이면 {start:.4g} → {at_suggestion:.4g}.",
        "이 속도로는 약 {times:.0f}배 오래 걸립니다.",
        "learning_rate={suggestion:g} 정도로 바꾸어 보십시오.",
    ),
    "not-learning": Text(
        "배우지 못하는 학습",
        "{steps}번 갱신한 뒤의 손실은 {loss:.4g}입니다. 늘 같은 답만 내도 {baseline:.4g}입니다.",
        "목표값을 알려 주는 것을 입력에서 아무것도 찾지 못했습니다.",
        "x와 t의 행이 서로 맞는지 확인하고, 이어서 학습률(gn.learning_rate_range_test)과 초깃값을 살펴보십시오.",
    ),
    "diverged": Text(
        "발산한 학습",
        "{steps}번 갱신한 뒤에 학습이 끝났습니다: {stopped}",
        "유한하지 않은 값에서는 더 배울 수 없습니다.",
        "학습률을 10분의 1로 낮추십시오. diagnose에 x와 t를 주면 학습률을 시험해 봅니다. fit의 콜백에 "
        "Doctor()를 넣어도 좋습니다.",
    ),
    "overfitting": Text(
        "과적합",
        "검증 손실은 에포크 {best_epoch}에서 {best:.4g}까지 내려갔다가 {last:.4g}까지 올랐고, 그동안 훈련 "
        "손실은 {loss:.4g}까지 내려갔습니다.",
        "표본들의 공통점이 아니라 훈련 표본 하나하나를 외우고 있습니다.",
        "gn.callbacks.EarlyStopping(), 더 많은 데이터나 데이터 증강, Dropout(), 가중치 감쇠, 더 적은 "
        "뉴런을 써 보십시오. 처음부터 오른다면 레이블이 제 행에 붙어 있는지 확인하십시오.",
    ),
    "underfitting": Text(
        "과소적합",
        "훈련에 쓴 행에서 신경망의 {measure}: {score:.3g}. 가장 가까운 다른 행의 답만 따라도 "
        "{neighbours:.3g}입니다. {steps}번 갱신하는 동안 마지막 4분의 1에서 손실은 처음 손실의 "
        "{fall:.2g}만큼만 내려갔습니다.",
        "데이터에는 이 신경망이 나타낼 수 있는 것보다 많은 것이 있고, 학습은 더 나아지지 않습니다.",
        "뉴런이나 층을 늘리고, 층 사이에 활성화 함수를 넣고, 드롭아웃과 가중치 감쇠를 줄이십시오.",
    ),
}
